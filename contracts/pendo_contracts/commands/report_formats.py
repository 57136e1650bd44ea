"""The formats of reports, by name; a format is imported only when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.report import Outcome, Report

# The environment variable with the key of the pseudonyms.
REDACT_KEY: Final = "PENDO_EMULATOR_REDACT_KEY"

_REPORTS: Final = "pendo_contracts.report"

# For each format the module and the function that returns a report and its outcome as text.
FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "text": ("text_report", "as_document"),
    "json": ("json_report", "as_document"),
    "junit": ("formats.junit", "as_document"),
    "sarif": ("formats.sarif", "as_document"),
    "markdown": ("formats.markdown", "as_document"),
    "html": ("formats.html_page", "as_document"),
    "github": ("formats.github_annotations", "as_document"),
    "github-summary": ("formats.markdown", "as_summary"),
}


def render(name: str, report: Report, outcome: Outcome) -> str:
    """Return a report in a format, with a line end; raise KeyError for an unknown format."""
    module, function = FORMATS[name]
    document: str = getattr(import_module(f"{_REPORTS}.{module}"), function)(report, outcome)
    return document
