"""`pendo-emulator contracts infer`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from pendo_contracts.common.safe_text import counted

if TYPE_CHECKING:
    from pendo_contracts.plans.plan import Choice

NOTHING: Final = 4


@click.command("infer")
@click.argument("recordings", metavar="CAPTURE...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path),
    help="Write the plan to this new file.  [default: stdout]",
)
@click.option("--name", default="", help="Name of the plan.")
@click.option(
    "--unplanned",
    type=click.Choice(["error", "warning", "allowed"]),
    default="error",
    show_default=True,
    help="What events and properties are that the plan does not name.",
)
def command(recordings: tuple[str, ...], file: Path | None, name: str, unplanned: Choice) -> None:
    """Propose a tracking plan for the events in recordings.

    CAPTURE is everything that `check` reads. The plan has the track events and the metadata of visitors and accounts,
    with the types, the required properties and small sets of values; `$comment` has the counts behind each schema.
    Read the proposal before you use it: it contains names and values of the recordings.

    Exit codes: 0, plan written; 2, wrong usage, not a recording, or the file exists; 4, nothing to infer from; 5, the
    plan cannot be written.
    """
    # These imports take 150 ms, which --help does not need.
    from pendo_contracts.commands.console import echo_json  # noqa: PLC0415
    from pendo_contracts.plans.inference import Inference  # noqa: PLC0415
    from pendo_contracts.rules.fact_reader import observe  # noqa: PLC0415
    from pendo_emulator.commands.contract_commands._recordings import open_recordings  # noqa: PLC0415

    if file is not None:
        _refuse_existing(file)
    inference = Inference()
    with open_recordings(recordings) as requests:
        for request in requests:
            inference.add(observe(request))
    counts = f"{counted(inference.events, 'track event')} and {counted(inference.objects, 'metadata object')}"
    if not inference.events and not inference.objects:
        click.echo(f"no plan: the recordings have {counts}", err=True)
        sys.exit(NOTHING)
    text = json.dumps(inference.plan(unplanned, name), indent=2, ensure_ascii=False)
    if file is None:
        echo_json(text)
    else:
        _write_new(file, text + "\n")
        click.echo(f"{file}: plan inferred from {counts}; read it before you use it", err=True)


def _refuse_existing(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise click.UsageError(
            f"{str(file)!r} exists and is not overwritten: give another file with -o, then compare them with"
            " `pendo-emulator contracts diff`"
        )


def _write_new(file: Path, text: str) -> None:
    from pendo_contracts.commands.output_errors import OutputFileError  # noqa: PLC0415 - rarely needed

    try:
        with file.open("x", encoding="utf-8") as stream:
            _write(file, stream, text)
    except FileExistsError:
        _refuse_existing(file)
        raise
    except OSError as error:
        raise OutputFileError(f"cannot write {str(file)!r}: {error.strerror}; give another file with -o") from error


def _write(file: Path, stream: IO[str], text: str) -> None:
    """Write a text; remove the new file if that fails."""
    try:
        stream.write(text)
        stream.flush()
    except OSError:
        file.unlink(missing_ok=True)
        raise
