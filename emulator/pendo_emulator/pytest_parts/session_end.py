"""The end of a session: the report of all tests, the waivers, and what the terminal shows of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from pendo_contracts.report import as_text
from pendo_emulator.pytest_parts.known_findings import list_waiver_problems, read_known_findings
from pendo_emulator.pytest_parts.publication import Publication
from pendo_emulator.pytest_parts.session_report import SessionReport
from pendo_emulator.pytest_parts.settings import list_reports, publishes_on_github

if TYPE_CHECKING:
    from pendo_contracts.baseline.hide_known import Known
    from pendo_contracts.report import Report

# What a process of pytest-xdist sends to the controller; all names begin with `pendo_`.
_REPORT: Final = "pendo_session_report"
_USED: Final = "pendo_used_waivers"
_KNOWN_KEY: Final = pytest.StashKey["Known | None"]()
_USED_KEY: Final = pytest.StashKey[set[str]]()
_PROBLEMS_KEY: Final = pytest.StashKey[tuple[str, ...]]()
_PUBLICATION_KEY: Final = pytest.StashKey[Publication]()
_REPORT_KEY: Final = pytest.StashKey[SessionReport]()


def session_report(config: pytest.Config) -> SessionReport:
    """Return the report on all tests of this process, and of its workers."""
    if _REPORT_KEY not in config.stash:
        config.stash[_REPORT_KEY] = SessionReport()
    return config.stash[_REPORT_KEY]


def read_known(config: pytest.Config) -> Known | None:
    """Read the baseline and the waivers of a process."""
    known = config.stash[_KNOWN_KEY] = read_known_findings(config)
    return known


def collect_output(node: Any) -> None:
    """Collect the report and the used waivers of a process of pytest-xdist."""
    output = node.workeroutput
    if text := output.get(_REPORT):
        session_report(node.config).add_json(text)
    if (used := output.get(_USED)) is not None:
        node.config.stash.setdefault(_USED_KEY, set()).update(used)


def finish_session(session: pytest.Session) -> None:
    """Send the report to the controller, or write it; fail the session for a report or a waiver with a problem.

    A waiver is unused only if all tests ran.
    """
    config = session.config
    if (output := getattr(config, "workeroutput", None)) is not None:
        if _REPORT_KEY in config.stash:
            output[_REPORT] = config.stash[_REPORT_KEY].as_json()
        if _KNOWN_KEY in config.stash:
            output[_USED] = sorted(known.used) if (known := config.stash[_KNOWN_KEY]) else []
        return
    problems = (*_find_waiver_problems(session), *_publish(config))
    config.stash[_PROBLEMS_KEY] = problems
    if problems and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def print_summary(terminal: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the matrix of regions and events, unless the check is off, annotations of GitHub Actions, and problems."""
    if _REPORT_KEY in config.stash and config.getini("pendo_check") == "error":
        _print_matrix(terminal, session_report(config).report())
    if publication := config.stash.get(_PUBLICATION_KEY, None):
        for line in publication.annotations():
            terminal.write_line(line)
    if problems := config.stash.get(_PROBLEMS_KEY, ()):
        terminal.section("problems of the Pendo reports and waivers", red=True)
        for problem in problems:
            terminal.write_line(problem)


def _find_waiver_problems(session: pytest.Session) -> tuple[str, ...]:
    config = session.config
    if _KNOWN_KEY not in config.stash and _USED_KEY not in config.stash:
        return ()
    known = config.stash[_KNOWN_KEY] if _KNOWN_KEY in config.stash else read_known_findings(config)
    used: set[str] = config.stash.get(_USED_KEY, set())
    return list_waiver_problems(session, known, used) if known else ()


def _publish(config: pytest.Config) -> tuple[str, ...]:
    """Write the report files and the step summary of GitHub Actions, and return the problems."""
    if not (list_reports(config) or (_REPORT_KEY in config.stash and publishes_on_github(config))):
        return ()
    publication = config.stash[_PUBLICATION_KEY] = Publication(config, session_report(config).report())
    return tuple(publication.write())


def _print_matrix(terminal: pytest.TerminalReporter, report: Report) -> None:
    if report.rows or report.findings:
        terminal.section("Pendo")
        terminal.write_line(as_text(report).rstrip())
