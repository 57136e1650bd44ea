"""The pytest plugin: fixtures, marks and options; it imports the emulator only if a test uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from pendo_emulator.pytest_parts.marks import (
    MARKS,
    REGION,
    list_idle_marks,
    read_regions,
)
from pendo_emulator.pytest_parts.settings import (
    add_options,
    check_settings,
    list_reports,
    publishes_on_github,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pendo_contracts.baseline.hide_known import Known
    from pendo_contracts.report import Report
    from pendo_contracts.wire.region import Region
    from pendo_emulator.api_key_space import Space
    from pendo_emulator.pytest_parts.publication import Publication
    from pendo_emulator.pytest_parts.segment_source import SegmentSource
    from pendo_emulator.pytest_parts.session_report import SessionReport
    from pendo_emulator.server import Emulator

_USED: Final = "pendo_used_waivers"
_KNOWN_KEY: Final = pytest.StashKey["Known | None"]()
_USED_KEY: Final = pytest.StashKey[set[str]]()
_PROBLEMS_KEY: Final = pytest.StashKey[tuple[str, ...]]()
_REPORT: Final = "pendo_session_report"
_PUBLICATION_KEY: Final[pytest.StashKey[Publication]] = pytest.StashKey()
_REPORT_KEY: Final = pytest.StashKey["SessionReport"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin, and ini settings of the same names."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks, and check the settings."""
    for _, text in MARKS.values():
        config.addinivalue_line("markers", text)
    check_settings(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses pendo_region once for each region, or for those of its marks."""
    if "pendo_region" not in metafunc.fixturenames:
        return
    from pendo_contracts.wire.region import REGIONS  # noqa: PLC0415 - imported only if a test uses it

    markers = list(metafunc.definition.iter_markers(REGION))
    names = read_regions(markers[0], tuple(REGIONS)) if markers else tuple(REGIONS)
    metafunc.parametrize("pendo_region", [REGIONS[name] for name in names], ids=names, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Report a collection error for a test with a mark but without the fixture that the mark needs.

    Such a mark would have no effect.
    """
    report = yield
    idle: dict[tuple[str, str], list[str]] = {}
    for found in list_idle_marks(collector, report.result or ()):
        idle.setdefault((found.mark, found.fixture), []).append(found.test)
    if idle:
        report.outcome, report.result = "failed", []
        report.longrepr = "\n".join(
            f"{collector.nodeid}: the mark {mark} on {', '.join(names)} has no effect, because the test does not use"
            f" the fixture {fixture}: add it to the test's arguments or remove the mark"
            for (mark, fixture), names in idle.items()
        )
    return report


def pytest_testnodedown(node: Any) -> None:
    """Collect the report and the used waivers of a process of pytest-xdist."""
    output = getattr(node, "workeroutput", {})
    if text := output.get(_REPORT):
        _session_report(node.config).add_json(text)
    if (used := output.get(_USED)) is not None:
        node.config.stash.setdefault(_USED_KEY, set()).update(used)


pytest_testnodedown = pytest.hookimpl(optionalhook=True)(pytest_testnodedown)


def pytest_sessionfinish(session: pytest.Session) -> None:
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


def _find_waiver_problems(session: pytest.Session) -> tuple[str, ...]:
    config = session.config
    if _KNOWN_KEY not in config.stash and _USED_KEY not in config.stash:
        return ()
    from pendo_emulator.pytest_parts.known_findings import (  # noqa: PLC0415 - only if a test used the emulator
        list_waiver_problems,
        read_known_findings,
    )

    known = config.stash[_KNOWN_KEY] if _KNOWN_KEY in config.stash else read_known_findings(config)
    used: set[str] = config.stash.get(_USED_KEY, set())
    return list_waiver_problems(session, known, used) if known else ()


def _publish(config: pytest.Config) -> tuple[str, ...]:
    """Write the report files and the step summary of GitHub Actions, and return the problems."""
    if not (list_reports(config) or (_REPORT_KEY in config.stash and publishes_on_github(config))):
        return ()
    from pendo_emulator.pytest_parts.publication import Publication  # noqa: PLC0415 - only with a report

    publication = config.stash[_PUBLICATION_KEY] = Publication(config, _session_report(config).report())
    return tuple(publication.write())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the matrix of regions and events, unless the check is off, annotations of GitHub Actions, and problems."""
    if _REPORT_KEY in config.stash and config.getini("pendo_check") == "error":
        _print_matrix(terminalreporter, _session_report(config).report())
    if publication := config.stash.get(_PUBLICATION_KEY, None):
        for line in publication.annotations():
            terminalreporter.write_line(line)
    if problems := config.stash.get(_PROBLEMS_KEY, ()):
        terminalreporter.section("problems of the Pendo reports and waivers", red=True)
        for problem in problems:
            terminalreporter.write_line(problem)


def _session_report(config: pytest.Config) -> SessionReport:
    """Return the report on all tests of this process, and of its workers."""
    if _REPORT_KEY not in config.stash:
        from pendo_emulator.pytest_parts.session_report import SessionReport  # noqa: PLC0415 - slow to load

        config.stash[_REPORT_KEY] = SessionReport()
    return config.stash[_REPORT_KEY]


def _print_matrix(terminal: pytest.TerminalReporter, report: Report) -> None:
    if not (report.rows or report.findings):
        return
    from pendo_contracts.report import as_text  # noqa: PLC0415 - slow to load

    terminal.section("Pendo")
    terminal.write_line(as_text(report).rstrip())


@pytest.fixture(scope="session")
def _pendo_known(pytestconfig: pytest.Config) -> Known | None:
    """Read the baseline and the waivers once in each pytest process."""
    from pendo_emulator.pytest_parts.known_findings import (  # noqa: PLC0415 - imported only if a test uses it
        read_known_findings,
    )

    known = pytestconfig.stash[_KNOWN_KEY] = read_known_findings(pytestconfig)
    return known


@pytest.fixture(scope="session")
def pendo_server(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """Run an emulator on a free port, one per pytest process.

    Its rules have the settings of `[tool.pendo-emulator]` in the pyproject.toml of the tests or above them. Its
    tracking plan is that of --pendo-plan, of the ini option pendo_plan, or else of these settings.
    """
    from pendo_emulator.pytest_parts.emulator_start import start_emulator  # noqa: PLC0415 - only if a test uses it

    with start_emulator(pytestconfig, _session_report(pytestconfig)) as emulator:
        yield emulator


@pytest.fixture
def pendo(request: pytest.FixtureRequest, pendo_server: Emulator, _pendo_known: Known | None) -> Iterator[Space]:
    """Give the test its own API key, so that other tests see neither its requests nor its faults.

    Its marks add faults, allow rules, or replace the tracking plan while it runs. After its end, a broken contract
    fails the test, unless the ini option pendo_check is `off`.
    """
    from pendo_emulator.pytest_parts.space_of_test import open_space  # noqa: PLC0415 - only if a test uses it

    with open_space(request.node, pendo_server, _pendo_known) as space:
        yield space


@pytest.fixture
def segment_source(request: pytest.FixtureRequest, pendo: Space) -> Iterator[SegmentSource]:
    """Serve Segment's Tracking API on a free port; its events go to the test's space through Pendo Web (Actions).

    It has the attributes `url` and `write_key`. `stop()` sends all waiting events; the end of the test calls it.
    """
    from pendo_emulator.pytest_parts.segment_source import SegmentSource  # noqa: PLC0415 - only if a test uses it
    from pendo_emulator.pytest_parts.space_check import SOURCE  # noqa: PLC0415 - the same

    with SegmentSource(pendo) as source:
        request.node.stash[SOURCE] = source
        yield source


@pytest.fixture
def pendo_region(request: pytest.FixtureRequest) -> Region:
    """Run the test once for each of Pendo's regions, or for those of the mark pendo_region."""
    region: Region = request.param
    return region
