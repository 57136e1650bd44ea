"""`pendo-emulator query`."""

from __future__ import annotations

import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.common.safe_text import visible
from pendo_contracts.common.time_zones import ZONES_MISSING, find_zone
from pendo_emulator.commands._shared.emulator_options import emulator_options

if TYPE_CHECKING:
    from datetime import tzinfo

    from pendo_emulator.commands._shared.emulator_options import RunningEmulator

# The exit code of a pipeline that exceeds a limit.
FAILED: Final = 1
_MILLISECONDS: Final = re.compile(r"\d{1,15}")


class Time(click.ParamType[int]):
    """A time in Unix milliseconds or as an ISO 8601 date or time; UTC without an offset."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return Unix milliseconds; fail for any other text."""
        if isinstance(value, int):
            return value
        if _MILLISECONDS.fullmatch(value):
            return int(value)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time: write 2026-11-30T12:00:00Z or Unix milliseconds", param, ctx)
        return round(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)


class TimeZone(click.ParamType["tzinfo"]):
    """The name of a time zone."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tzinfo:
        """Return the time zone; fail for an unknown name."""
        if (zone := find_zone(value)) is None:
            message = (
                f"{value!r} is not a time zone of this system: write a name such as Europe/Berlin; {ZONES_MISSING}"
            )
            self.fail(message, param, ctx)
        return zone


@click.command("query")
@click.argument("pipeline")
@click.argument(
    "rows", nargs=-1, metavar="ROWS.ndjson...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@emulator_options
@click.option(
    "--format", "format_name", type=click.Choice(["json", "ndjson", "table"]), default="json", show_default=True,
    help="Print the API's answer, one row on each line, or a table.",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="Also print the rows after each step.")
@click.option("--now", type=Time(), help="The time of now(): ISO 8601 or Unix milliseconds.  [default: the real time]")
@click.option(
    "--time-zone", type=TimeZone(), default="UTC", show_default=True, help="Time zone of days, weeks and months."
)
@click.option("--max-rows", type=click.IntRange(min=1), default=5_000_000, show_default=True, help="Most rows.")
@click.option(
    "--max-memory", type=click.IntRange(min=1), default=2_048, show_default=True, help="Most memory of rows, in MiB."
)
@click.option(
    "--max-seconds", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True, help="Longest time."
)
def command(
    pipeline: str,
    rows: tuple[Path, ...],
    *,
    emulator: RunningEmulator | None,
    format_name: str,
    explain: bool,
    now: int | None,
    time_zone: tzinfo,
    max_rows: int,
    max_memory: int,
    max_seconds: float,
) -> None:
    """Run one of Pendo's aggregation pipelines on rows in files, or on what an emulator received.

    PIPELINE is a file with the JSON that a client posts to /api/v1/aggregation, or only its list of steps; `-` is
    stdin. Each ROWS file has one JSON object on each line and is the source that its name says: events.ndjson is the
    source `events`. With --emulator the rows come from a running emulator, and its time, time zone and limits are used.

    Exit codes: 0, answered; 1, a limit was exceeded; 2, wrong usage, a pipeline that Pendo refuses, or an unreadable
    file; 3, no emulator answers.
    """
    if emulator:
        from pendo_emulator.commands._query.emulator_query import print_emulator_rows  # noqa: PLC0415 - start-up time

        _refuse_with_emulator(rows)
        print_emulator_rows(emulator, pipeline, format_name, explain=explain)
        return
    # These imports take 60 ms, which --help does not need.
    from pendo_emulator.commands._query.answers import PRINTERS, Explanation  # noqa: PLC0415
    from pendo_emulator.commands._query.row_files import file_sources, read_pipeline_document  # noqa: PLC0415
    from pendo_emulator.engage.pipeline import (  # noqa: PLC0415
        ExpressionContext,
        Limits,
        PipelineError,
        read_request,
        run_request,
    )

    document, sources = read_pipeline_document(pipeline), file_sources(rows)
    limits = Limits(rows=max_rows, memory=max_memory * 1024 * 1024, seconds=max_seconds)
    context = ExpressionContext(int(time.time() * 1000) if now is None else now, time_zone)
    explanation = Explanation() if explain else None
    try:
        request = read_request(document, context, limits=limits, source_names=sources)
        observe = explanation.observe if explanation else None
        result = run_request(request, sources, limits=limits, clock=time.monotonic, observe=observe)
    except PipelineError as error:
        click.echo(f"Error: {_message(error)}", err=True)
        sys.exit(FAILED if error.kind == "limit" else 2)
    for note in result.notes:
        click.echo(f"note: {note}", err=True)
    try:
        PRINTERS[format_name](result, explanation)
    except RecursionError:
        raise click.UsageError("a row is nested too deeply to be printed; select other fields") from None


def _refuse_with_emulator(rows: tuple[Path, ...]) -> None:
    """Raise UsageError for arguments and options that only rows in files need."""
    if rows:
        raise click.UsageError("--emulator and files with rows exclude each other")
    context = click.get_current_context()
    for name in ("now", "time_zone", "max_rows", "max_memory", "max_seconds"):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} is for rows in files: an emulator has its own")


def _message(error: Any) -> str:
    if error.kind == "no rows":
        source = error.pointer.rpartition("/")[2]
        return f"{error}; give them in a file that is called {visible(source)}.ndjson"
    return f"{error.status} {error}"
