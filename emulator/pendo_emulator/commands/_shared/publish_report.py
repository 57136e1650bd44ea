"""Prints and writes the reports of check and exec."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from pendo_contracts.commands.console import echo_json, terminal_width, use_color
from pendo_contracts.commands.github_actions import add_step_summary
from pendo_contracts.commands.output_errors import OutputFileError
from pendo_contracts.commands.report_formats import render
from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.report import as_text
from pendo_contracts.report.text_report import encodable, last_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.report import Outcome, Report
    from pendo_emulator.commands._shared.report_options import Output, ReportFile

STDOUT: Final = Path("-")
JSON: Final = "json"
# The formats that others can read, and that are therefore redacted by default.
PUBLIC_FORMATS: Final = frozenset({"github", "github-summary"})


def publish(report: Report, outcome: Outcome, output: Output) -> None:
    """Print a report, and write the files of `output`, even if another file or the text cannot be written.

    With `output.github`, also print annotations and add to the step summary. Raises OutputFileError for the first file
    that cannot be written, after the report was printed.
    """
    versions = _Versions(report, output)
    errors = [error for file in output.files if (error := _write(versions, outcome, file))]
    stream = text_stream(output)
    if output.github:
        errors += [error for error in _publish_on_github(versions, outcome, stream) if error]
    _print(versions.of("text"), outcome, stream, quiet=output.quiet)
    if errors:
        raise errors[0]


class _Versions:
    """A report, and its redacted copy, which is made only if a format needs it."""

    def __init__(self, report: Report, output: Output) -> None:
        self._report, self._output = report, output
        self._redacted: Report | None = None

    def of(self, name: str) -> Report:
        """Return the version of the report for a format."""
        redact = self._output.redact
        if not (name in PUBLIC_FORMATS if redact is None else redact):
            return self._report
        if self._redacted is None:
            from pendo_contracts.report.redaction import Redactor  # noqa: PLC0415 - rarely needed

            self._redacted = Redactor(self._output.redact_key.encode()).redact(self._report)
        return self._redacted


def text_stream(output: Output) -> TextIO:
    """Return the stream for people: stderr if a report goes to stdout, otherwise stdout."""
    return sys.stderr if output.uses_stdout else sys.stdout


def _print(report: Report, outcome: Outcome, stream: TextIO, *, quiet: bool) -> None:
    color, encoding = use_color(stream), stream.encoding or "utf-8"
    stream.write(
        last_line(outcome, color=color, encoding=encoding)
        if quiet
        else as_text(report, color=color, width=terminal_width(stream), outcome=outcome, encoding=encoding)
    )
    stream.flush()


def _write(versions: _Versions, outcome: Outcome, to: ReportFile) -> OutputFileError | None:
    """Write a report to a file; return the error if that fails, so that the other reports are written."""
    document = _render(versions, outcome, to.format)
    if isinstance(document, OutputFileError):
        return document
    if to.file == STDOUT:
        _write_to_stdout(document, to.format)
        return None
    try:
        to.file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(to.file, document)
    except OSError as error:
        return OutputFileError(f"cannot write the report to {to.file}: {error.strerror}")
    return None


def _render(versions: _Versions, outcome: Outcome, name: str) -> str | OutputFileError:
    """Return a report in a format, or the error if that fails."""
    try:
        return render(name, versions.of(name), outcome)
    except Exception as error:  # noqa: BLE001 - a bug of one format must not prevent the others
        return OutputFileError(f"the {name} report failed with {type(error).__name__}: {error}; report this as a bug")


def _publish_on_github(versions: _Versions, outcome: Outcome, stream: TextIO) -> Iterator[OutputFileError | None]:
    """Print annotations and add to the step summary; yield the errors."""
    annotations = _render(versions, outcome, "github")
    if isinstance(annotations, OutputFileError):
        yield annotations
    else:
        stream.write(encodable(annotations, stream.encoding or "utf-8"))
    try:
        add_step_summary(versions.of("github-summary"), outcome)
    except OutputFileError as error:
        yield error


def _write_to_stdout(document: str, name: str) -> None:
    if name == JSON:
        echo_json(document.rstrip("\n"))
    else:
        sys.stdout.write(encodable(document, sys.stdout.encoding or "utf-8"))
