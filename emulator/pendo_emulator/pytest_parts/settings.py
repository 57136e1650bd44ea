"""The options and ini settings of the plugin; imports nothing that is slow."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CHECKS: Final = ("error", "off")
SWITCH: Final = ("on", "off")
# The options with a file of known findings.
KNOWN_FILES: Final = {
    "baseline": "JSON file with known findings, which do not fail a test",
    "waivers": "YAML file with findings that are accepted until a date",
}
_PLAN: Final = "tracking plan by which track events and metadata are judged"
_AGENT: Final = "file or folder with your copy of Pendo's agent, served instead of the stand-in"
_STRICT: Final = "warnings of a test fail it, too"
_REDACT: Final = "replace ids, names, e-mail addresses and API keys in the report files by pseudonyms"
_REPORT: Final = "write the report on the requests of all tests to FILE; may be repeated"
_GITHUB: Final = "print annotations and add to the step summary of GitHub Actions, by default if GITHUB_ACTIONS is true"
_RECORDING: Final = "the new recording (HAR file) that the test in an unpacked capsule judges"
_CHECK: Final = "error (default): a broken contract fails the test that sent the request; off: only assert_kept() does"


def add_options(parser: pytest.Parser) -> None:
    """Add the options of the plugin, and ini settings of the same names."""
    group = parser.getgroup("pendo-emulator")
    for name, kind, text in (
        *((name, "FILE", text) for name, text in KNOWN_FILES.items()),
        ("plan", "FILE", _PLAN),
        ("agent", "PATH", _AGENT),
    ):
        group.addoption(f"--pendo-{name}", metavar=kind, help=_sentence(text))
        parser.addini(f"pendo_{name}", f"{text}; relative to the folder of the ini file")
    for name, text in (("strict", _STRICT), ("redact", _REDACT)):
        group.addoption(f"--pendo-{name}", action="store_true", help=_sentence(text))
        parser.addini(f"pendo_{name}", text, type="bool", default=False)
    group.addoption("--pendo-report", metavar="FORMAT:FILE", action="append", default=[], help=_sentence(_REPORT))
    parser.addini("pendo_report", f"{_REPORT}, one FORMAT:FILE in each line", type="linelist")
    group.addoption("--pendo-github", choices=SWITCH, help=_sentence(_GITHUB))
    parser.addini("pendo_github", _GITHUB, default="")
    parser.addini("pendo_check", _CHECK, default="error")
    # Another plugin may have an option of this general name.
    with suppress(ValueError):
        group.addoption("--recording", metavar="FILE", help=_sentence(_RECORDING))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


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
