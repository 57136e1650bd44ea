"""Prints and writes the reports of check and exec."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from pendo_contracts.commands.console import echo_json, use_color
from pendo_contracts.commands.output_errors import OutputFileError
from pendo_contracts.commands.report_formats import render
from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.report import as_text
from pendo_contracts.report.text_report import encodable, last_line

if TYPE_CHECKING:
    from pendo_contracts.report import Outcome, Report
    from pendo_emulator.commands._shared.report_options import Output, ReportFile

STDOUT: Final = Path("-")
JSON: Final = "json"


def publish(report: Report, outcome: Outcome, output: Output) -> None:
    """Print a report, and write the files of `output`, even if the report cannot be printed.

    Raises OutputFileError for the first file that cannot be written, after the report was printed.
    """
    errors = [error for file in output.files if (error := _write(report, outcome, file))]
    _print(report, outcome, text_stream(output), quiet=output.quiet)
    if errors:
        raise errors[0]


def text_stream(output: Output) -> TextIO:
    """Return the stream for people: stderr if a report goes to stdout, otherwise stdout."""
    return sys.stderr if output.uses_stdout else sys.stdout


def _print(report: Report, outcome: Outcome, stream: TextIO, *, quiet: bool) -> None:
    color, encoding = use_color(stream), stream.encoding or "utf-8"
    width = shutil.get_terminal_size().columns if stream.isatty() else None
    stream.write(
        last_line(outcome, color=color, encoding=encoding)
        if quiet
        else as_text(report, color=color, width=width, outcome=outcome, encoding=encoding)
    )
    stream.flush()


def _write(report: Report, outcome: Outcome, to: ReportFile) -> OutputFileError | None:
    """Write a report to a file; return the error if that fails."""
    document = render(to.format, report, outcome)
    if to.file == STDOUT:
        _write_to_stdout(document, to.format)
        return None
    try:
        to.file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(to.file, document)
    except OSError as error:
        return OutputFileError(f"cannot write the report to {to.file}: {error.strerror}")
    return None


def _write_to_stdout(document: str, name: str) -> None:
    if name == JSON:
        echo_json(document.rstrip("\n"))
    else:
        sys.stdout.write(encodable(document, sys.stdout.encoding or "utf-8"))
