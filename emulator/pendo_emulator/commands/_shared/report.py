"""Prints and writes the report of check and exec."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from pendo_contracts.commands.console import echo_json, use_color
from pendo_contracts.commands.exit_codes import OutputFileError
from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.report import as_json, as_text

if TYPE_CHECKING:
    from pendo_contracts.report import Outcome, Report

STDOUT: Final = Path("-")


def publish(report: Report, outcome: Outcome, json_file: Path | None) -> None:
    """Print a report; also write it as JSON if a file is given, even if it cannot be printed.

    Raises OutputFileError if the file cannot be written, after the report was printed.
    """
    error = _write_json(as_json(report, outcome), json_file) if json_file else None
    _print(report, outcome, sys.stderr if json_file == STDOUT else sys.stdout)
    if error:
        raise OutputFileError(f"cannot write the report to {json_file}: {error.strerror}") from error


def _print(report: Report, outcome: Outcome, stream: TextIO) -> None:
    text = as_text(
        report,
        color=use_color(stream),
        width=shutil.get_terminal_size().columns if stream.isatty() else None,
        outcome=outcome,
        encoding=stream.encoding or "utf-8",
    )
    stream.write(text)
    stream.flush()


def _write_json(document: str, file: Path) -> OSError | None:
    """Write JSON; return the error if that fails."""
    if file == STDOUT:
        echo_json(document)
        return None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, f"{document}\n")
    except OSError as error:
        return error
    return None
