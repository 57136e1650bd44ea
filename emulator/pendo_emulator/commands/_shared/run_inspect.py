"""Runs `inspect`: reads the recordings, finds their causes, and shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.commands.output_errors import OutputFileError
from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.common.safe_text import visible
from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.source_files import find_source_files
from pendo_emulator.commands._shared.emulator_options import UnreachableError
from pendo_emulator.inspection.inspect_recording import inspect_parts, inspect_recording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendo_emulator.commands._shared.emulator_options import RunningEmulator
    from pendo_emulator.inspection.inspection import Inspection

UNREACHABLE: Final = 3
STDOUT: Final = Path("-")


class _NoAnswerError(click.ClickException):
    exit_code = UNREACHABLE


def run_inspect(files: Sequence[str], emulator: RunningEmulator | None, json_file: Path | None) -> None:
    """Inspect recordings, or the requests of a running emulator; write JSON and show the causes."""
    inspections = inspect_all(files, emulator)
    if json_file is not None:
        write_json(inspections, json_file)
    if json_file != STDOUT:
        for inspection in inspections:
            _show(inspection, with_name=len(inspections) > 1)


def inspect_all(files: Sequence[str], emulator: RunningEmulator | None) -> list[Inspection]:
    """Return the inspections of recordings, or of the requests of a running emulator.

    Raises UsageError for a file that cannot be read, and a ClickException with the exit code 3 if the emulator does not
    answer. A file of a folder that is not a recording is left out.
    """
    if emulator and files:
        raise click.UsageError("give files or --emulator, not both")
    if emulator:
        return [_inspect_emulator(emulator)]
    if not files:
        raise click.UsageError("Missing argument 'FILE...': give files (`-` is standard input) or --emulator URL")
    try:
        sources = find_source_files(files).files
    except RecordingError as error:
        raise click.UsageError(f"UNREADABLE: {error}") from error
    inspections = []
    for source in sources:
        try:
            inspections.append(inspect_recording(source.path, source.name))
        except (OSError, RecordingError) as error:
            if source.required:
                raise click.UsageError(f"UNREADABLE: {visible(str(error))}") from error
    if not inspections:
        raise click.UsageError("UNREADABLE: no file of these folders is a recording")
    return inspections


def write_json(inspections: Sequence[Inspection], file: Path) -> None:
    """Write one inspection as its document, several as `{"inspections": [...]}`; raise OutputFileError."""
    documents = [inspection.to_json() for inspection in inspections]
    document = documents[0] if len(documents) == 1 else {"inspections": documents}
    text = json.dumps(document, indent=2)
    if file == STDOUT:
        click.echo(text)
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, f"{text}\n")
    except OSError as error:
        raise OutputFileError(f"cannot write the result to {file}: {error.strerror}") from error


def _inspect_emulator(emulator: RunningEmulator) -> Inspection:
    from pendo_emulator.commands._shared.emulator_source import EmulatorSource  # noqa: PLC0415 - slow to import

    source = EmulatorSource(emulator)
    try:
        return inspect_parts(source.parts((), 0), source.name)
    except RecordingError as error:
        raise click.UsageError(f"UNREADABLE: {error}") from error
    except UnreachableError as error:
        raise _NoAnswerError(str(error)) from error


def _show(inspection: Inspection, *, with_name: bool) -> None:
    """Print the causes in a few lines."""
    if with_name:
        click.echo(visible(inspection.name))
    for cause in inspection.causes:
        click.echo(f"{visible(cause.slug)}: {visible(cause.sentence, 1_000)}")
        click.echo(f"  What to do: {visible(cause.fix, 1_000)}")
