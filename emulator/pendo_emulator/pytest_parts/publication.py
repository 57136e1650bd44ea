"""Publishes the report on a pytest session: the files, and annotations and the step summary of GitHub Actions."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from pendo_contracts.commands.github_actions import add_step_summary
from pendo_contracts.commands.output_errors import OutputFileError
from pendo_contracts.commands.report_formats import REDACT_KEY, render
from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.report import conclude
from pendo_contracts.report.redaction import Redactor
from pendo_emulator.pytest_parts.settings import is_on, list_reports, publishes_on_github

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from pendo_contracts.report import Report


class Publication:
    """The report on all tests of a session, with its outcome."""

    def __init__(self, config: pytest.Config, report: Report) -> None:
        self._config, self._report = config, report
        self._outcome = conclude(report, strict=is_on(config, "pendo_strict"), allow_empty=True)
        self._on_github = publishes_on_github(config) and bool(report.rows or report.findings)

    def write(self) -> Iterator[str]:
        """Write each report file and the step summary, and yield a text for each one that cannot be written."""
        report = self._redacted if is_on(self._config, "pendo_redact") else self._report
        for name, file in list_reports(self._config):
            path = self._config.invocation_params.dir / file
            try:
                document = render(name, report, self._outcome)
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, document)
            except OSError as error:
                yield f"cannot write the Pendo report to {path}: {error.strerror}"
            except Exception as error:  # noqa: BLE001 - a bug of one format must not prevent the others
                yield f"the {name} report failed with {type(error).__name__}: {error}; report this as a bug"
        if self._on_github:
            try:
                add_step_summary(self._redacted, self._outcome)
            except OutputFileError as error:
                yield error.message

    def annotations(self) -> list[str]:
        """Return the annotations of GitHub Actions, one in each line, redacted; none outside of GitHub Actions."""
        return render("github", self._redacted, self._outcome).splitlines() if self._on_github else []

    @cached_property
    def _redacted(self) -> Report:
        return Redactor(os.environ.get(REDACT_KEY, "").encode()).redact(self._report)
