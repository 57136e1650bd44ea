"""Writes the report files of a pytest session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.commands.report_formats import render
from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.report import conclude
from pendo_emulator.pytest_parts.settings import is_on, list_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from pendo_contracts.report import Report


def write_reports(config: pytest.Config, report: Report) -> Iterator[str]:
    """Write each report, and yield a text for each one that cannot be written."""
    outcome = conclude(report, strict=is_on(config, "pendo_strict"), allow_empty=True)
    if is_on(config, "pendo_redact"):
        from pendo_contracts.report.redaction import Redactor  # noqa: PLC0415 - rarely needed

        report = Redactor().redact(report)
    for name, file in list_reports(config):
        path = config.invocation_params.dir / file
        try:
            document = render(name, report, outcome)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, document)
        except OSError as error:
            yield f"cannot write the Pendo report to {path}: {error.strerror}"
        except Exception as error:  # noqa: BLE001 - a bug of one format must not prevent the others
            yield f"the {name} report failed with {type(error).__name__}: {error}; report this as a bug"
