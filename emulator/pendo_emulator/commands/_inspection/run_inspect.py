"""Runs `inspect`: reads the recordings, finds their causes, and shows them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.commands.console import terminal_width, use_color
from pendo_contracts.commands.output_errors import OutputFileError
from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.common.safe_text import visible
from pendo_contracts.comparison.compare import compare_contents
from pendo_contracts.comparison.recording_content import API_KEY, REGION_FACTS, RecordingContent
from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.opening import STDIN
from pendo_contracts.recordings.reading import read_recording
from pendo_contracts.recordings.source_files import find_source_files
from pendo_emulator.commands._shared.emulator_options import UnreachableError
from pendo_emulator.inspection.inspect_recording import inspect_parts, inspect_recording
from pendo_emulator.report.difference_text import difference_lines
from pendo_emulator.report.inspection_page import inspections_as_html
from pendo_emulator.report.inspection_text import WIDTH, inspection_lines, verdict_lines
from pendo_emulator.report.recording_difference import find_difference, find_good

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_emulator.commands._shared.emulator_options import RunningEmulator
    from pendo_emulator.inspection.inspection import Inspection
    from pendo_emulator.report.recording_difference import RecordingDifference

UNREACHABLE: Final = 3
STDOUT: Final = Path("-")
# Several recordings: how many are compared with the good one, and how many of these differences are printed.
MAX_COMPARED: Final = 20
MAX_DIFFERENCES: Final = 3
# Output that does not go to a terminal has this width, which no line reaches.
UNLIMITED_WIDTH: Final = 100_000


class _NoAnswerError(click.ClickException):
    exit_code = UNREACHABLE


@dataclass(frozen=True, slots=True)
class Output:
    """The files to write, and whether everything is printed."""

    json_file: Path | None = None
    html_file: Path | None = None
    complete: bool = False


def run_inspect(files: Sequence[str], emulator: RunningEmulator | None, output: Output) -> None:
    """Inspect recordings, or the requests of a running emulator; write files and show the causes."""
    inspections = inspect_all(files, emulator)
    differences = find_differences(files, inspections) if len(inspections) > 1 else []
    if output.json_file is not None:
        write_json(inspections, output.json_file, differences)
    if output.html_file is not None:
        write_file(output.html_file, inspections_as_html(inspections, differences))
    if output.json_file != STDOUT:
        color, width = use_color(sys.stdout), _width()
        for line in _lines(inspections, differences, complete=output.complete, width=width):
            click.echo(line, color=color)
        if output.html_file is not None:
            click.echo(f"The page {visible(str(output.html_file))} shows everything: open it in a browser.")


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


def find_differences(files: Sequence[str], inspections: Sequence[Inspection]) -> list[RecordingDifference]:
    """Return what differs between the good recording and each of the next ones; the recordings are read again.

    Standard input cannot be read again, so there are no differences then.
    """
    if STDIN in files:
        return []
    paths = {source.name: source.path for source in find_source_files(files).files}
    good = inspections[find_good(inspections)]
    others = [inspection for inspection in inspections if inspection is not good][:MAX_COMPARED]
    before = RecordingContent().read(read_recording(paths[good.name]))
    differences = []
    for bad in others:
        after = RecordingContent().read(read_recording(paths[bad.name]))
        # The installation is one of the facts of the inspections.
        facts = (API_KEY, *REGION_FACTS)
        events = compare_contents(before, after, ignored_facts=facts, names=(good.name, bad.name))
        differences.append(find_difference(good, bad, events))
    return differences


def write_json(inspections: Sequence[Inspection], file: Path, differences: Sequence[RecordingDifference] = ()) -> None:
    """Write one inspection as its document, several as `{"inspections": [...], "differences": [...]}`.

    Raises OutputFileError if the file cannot be written.
    """
    documents = [inspection.to_json() for inspection in inspections]
    document: dict[str, Any] = (
        documents[0]
        if len(documents) == 1
        else {
            "inspections": documents,
            "differences": [difference.to_json() for difference in differences],
        }
    )
    text = json.dumps(document, indent=2)
    if file == STDOUT:
        click.echo(text)
    else:
        write_file(file, f"{text}\n")


def write_file(file: Path, text: str) -> None:
    """Write a result to a file; raise OutputFileError if that fails."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text)
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


def _lines(
    inspections: Sequence[Inspection], differences: Sequence[RecordingDifference], *, complete: bool, width: int
) -> Iterator[str]:
    """Yield the lines of one inspection, or of several: their first causes, and what differs."""
    if len(inspections) == 1 or complete:
        for inspection in inspections:
            yield from inspection_lines(inspection, complete=complete, width=width)
    else:
        for inspection in inspections:
            yield from verdict_lines(inspection, width)
        yield ""
    shown = differences if complete else differences[:MAX_DIFFERENCES]
    for difference in shown:
        yield from difference_lines(difference, complete=complete)
        yield ""
    if len(differences) > len(shown):
        yield f"... and {len(differences) - len(shown):,} more differences; --all shows them"


def _width() -> int:
    """Return the width of the terminal, at most that of a line that is easy to read; other output is not wrapped."""
    width = terminal_width(sys.stdout)
    return UNLIMITED_WIDTH if width is None else min(WIDTH, width)
