"""Annotations and the step summary of GitHub Actions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pendo_contracts.commands.output_errors import OutputFileError

if TYPE_CHECKING:
    from pendo_contracts.report import Outcome, Report


def runs_in_github_actions() -> bool:
    """Return whether this process runs in a job of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def add_step_summary(report: Report, outcome: Outcome) -> None:
    """Add a report to the step summary, within GitHub's limit for a step; do nothing if GitHub names no file for it.

    Raises OutputFileError if that fails.
    """
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    from pendo_contracts.report.formats.markdown import SUMMARY_BYTES, as_summary  # noqa: PLC0415 - rarely needed

    file = Path(name)
    try:
        used = file.stat().st_size if file.exists() else 0
        summary = as_summary(report, outcome, SUMMARY_BYTES - used)
        with file.open("a", encoding="utf-8") as opened:
            opened.write(summary)
    except Exception as error:
        raise OutputFileError(f"cannot add to the step summary {file}: {error}") from error
