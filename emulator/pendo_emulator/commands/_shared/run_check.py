"""Runs `check`: finds the recordings, has them judged, and publishes the report."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from msgspec.structs import replace

from pendo_contracts.baseline.hide_known import MAX_GROUPS as KNOWN_GROUPS
from pendo_contracts.checking.part_judge import JudgeOptions, WorkerError, Workers
from pendo_contracts.checking.process_workers import count_cores, process_workers
from pendo_contracts.checking.recording_check import check_sources
from pendo_contracts.commands.output_errors import FAILURE
from pendo_contracts.commands.read_known import read_known
from pendo_contracts.common.safe_text import counted
from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.source_files import SourceFile, find_source_files
from pendo_contracts.report import conclude
from pendo_contracts.report.finding_groups import MAX_GROUPS
from pendo_contracts.rules.rule_settings import ALL_RULES, NO_RULES
from pendo_emulator.commands._shared.check_progress import show_progress
from pendo_emulator.commands._shared.emulator_options import UnreachableError
from pendo_emulator.commands._shared.publish_report import publish, text_stream
from pendo_emulator.commands._shared.rule_options import read_plan_option, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.checking.sources import Source
    from pendo_contracts.commands.known_findings import KnownFiles
    from pendo_contracts.report import Report
    from pendo_emulator.commands._shared.emulator_options import RunningEmulator
    from pendo_emulator.commands._shared.report_options import Output

UNREACHABLE: Final = 3
# Recordings above this number of bytes are certainly worth the start of other processes.
LARGE: Final = 4 * 1024 * 1024

# The module that the processes would otherwise import one by one, because it is the start of this command.
_PRELOAD: Final = ("pendo_emulator.cli",)


class _NoAnswerError(click.ClickException):
    exit_code = UNREACHABLE


class _WorkerError(click.ClickException):
    exit_code = FAILURE


def run_check(
    files: tuple[str, ...],
    *,
    emulator: RunningEmulator | None,
    cnames: tuple[str, ...],
    only: str | None,
    rules: tuple[str, ...],
    settings_file: Path | None,
    plan_file: Path | None,
    known: KnownFiles,
    strict: bool,
    jobs: int | None,
    dask: str | None,
    output: Output,
    verbose: bool,
    allow_empty: bool,
) -> int:
    """Check recordings, publish the report and return the exit code."""
    options = replace(_judge_options(only, rules, settings_file), plan=read_plan_option(plan_file, settings_file))
    known_options = read_known(known, settings_file, datetime.now(UTC).date(), complete=not (only or rules))
    max_groups = KNOWN_GROUPS if known_options else MAX_GROUPS
    if dask and jobs:
        raise click.UsageError("--jobs is for processes of this machine, --dask for a cluster: give one of them")
    with _click_errors():
        sources, skipped = _find_sources(files, emulator)
        with show_progress(sources, text_stream(output), quiet=output.quiet, verbose=verbose) as observer:
            workers = _workers(jobs, dask, sources)
            report = check_sources(sources, cnames, options, workers=workers, observer=observer, max_groups=max_groups)
    report = replace(_with_note(report, skipped), paths=_paths(sources))
    if known_options:
        report = known_options.apply(report)
    outcome = conclude(report, strict=strict, allow_empty=allow_empty)
    publish(report, outcome, output)
    return outcome.exit_code


@contextmanager
def _click_errors() -> Iterator[None]:
    """Turn the errors of a check into messages with exit codes."""
    try:
        yield
    except RecordingError as error:
        raise click.UsageError(f"UNREADABLE: {error}") from error
    except UnreachableError as error:
        raise _NoAnswerError(str(error)) from error
    except WorkerError as error:
        raise _WorkerError(str(error)) from error


def _judge_options(only: str | None, rules: Sequence[str], settings_file: Path | None) -> JudgeOptions:
    if only == "schemas":
        if rules:
            raise click.UsageError("--only schemas uses no rules, but --rule names one: give one of them")
        return JudgeOptions(NO_RULES)
    return JudgeOptions(read_settings(settings_file, rules) or ALL_RULES, schemas=only != "rules")


def _find_sources(files: Sequence[str], emulator: RunningEmulator | None) -> tuple[Sequence[Source], int]:
    """Return the recordings, and the number of skipped files."""
    if emulator and files:
        raise click.UsageError("give files or --emulator, not both")
    if emulator:
        from pendo_emulator.commands._shared.emulator_source import EmulatorSource  # noqa: PLC0415 - slow to import

        return [EmulatorSource(emulator)], 0
    if not files:
        raise click.UsageError("Missing argument 'FILES...': give files (`-` is standard input) or --emulator URL")
    found = find_source_files(files)
    return found.files, found.skipped


def _workers(jobs: int | None, dask: str | None, sources: Sequence[Source]) -> Workers | None:
    if dask:
        from pendo_emulator.commands._shared.dask_cluster import dask_workers  # noqa: PLC0415 - rarely needed

        return dask_workers(dask)
    is_long = sum(source.size for source in sources) > LARGE
    return process_workers(jobs or count_cores(), _PRELOAD, is_long=is_long)


def _paths(sources: Sequence[Source]) -> dict[str, str]:
    """Return the path of each recording by its name in the report, relative to this folder if the file is below it."""
    files = (source for source in sources if isinstance(source, SourceFile) and Path(source.path).is_file())
    found = {file.name: os.path.relpath(file.path) for file in files}
    return {name: str(Path(path).absolute()) if path.startswith(os.pardir) else path for name, path in found.items()}


def _with_note(report: Report, skipped: int) -> Report:
    if not skipped:
        return report
    note = f"{counted(skipped, 'file')} of folders skipped, because their names do not end like those of recordings"
    return replace(report, notes=(*report.notes, note))
