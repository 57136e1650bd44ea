"""The values of the plugin's options and ini settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CHECKS: Final = ("error", "off")
SWITCH: Final = ("on", "off")
# The options with a file of known findings.
KNOWN_FILES: Final = ("baseline", "waivers")


def check_settings(config: pytest.Config) -> None:
    """Raise UsageError for a wrong value of `pendo_check`, of `pendo_github` or of a report."""
    if (check := config.getini("pendo_check")) not in CHECKS:
        raise pytest.UsageError(f"pendo_check is {check!r}: it must be {' or '.join(CHECKS)}")
    if (github := config.getini("pendo_github")) not in {"", *SWITCH}:
        raise pytest.UsageError(f"pendo_github is {github!r}: it must be on or off")
    if reports := list_reports(config):
        from pendo_contracts.commands.report_formats import FORMATS  # noqa: PLC0415 - only with a report

        for name, file in reports:
            if name not in FORMATS or not file:
                wrong, formats = f"{name}:{file}" if file else name, ", ".join(FORMATS)
                raise pytest.UsageError(f"--pendo-report is {wrong!r}: write FORMAT:FILE; the formats are {formats}")


def list_reports(config: pytest.Config) -> list[tuple[str, str]]:
    """Return the format and the file of each report."""
    texts: list[str] = config.getoption("pendo_report") or config.getini("pendo_report")
    return [(name, file) for name, _, file in (text.partition(":") for text in texts)]


def publishes_on_github(config: pytest.Config) -> bool:
    """Return whether to print annotations and to add to the step summary, unless the check is off."""
    value = config.getoption("pendo_github") or config.getini("pendo_github")
    in_github = value == "on" if value else os.environ.get("GITHUB_ACTIONS") == "true"
    return in_github and config.getini("pendo_check") == "error"


def is_on(config: pytest.Config, name: str) -> bool:
    """Return whether a switch is on, as an option or as an ini setting."""
    return bool(config.getoption(name) or config.getini(name))


def find_file(config: pytest.Config, name: str) -> Path | None:
    """Return the path of an option, or of the ini setting of the same name; None without both."""
    option, setting = config.getoption(name), config.getini(name)
    if option:
        return config.invocation_params.dir / str(option)
    folder = config.inipath.parent if config.inipath else config.rootpath
    return folder / str(setting) if setting else None
