"""The pytest plugin: fixtures, marks and options.

It is one module, and it imports the emulator only if a test uses it, because each session of pytest loads it.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pendo_contracts.baseline.hide_known import Known
    from pendo_contracts.wire.region import Region
    from pendo_emulator.api_key_space import Space
    from pendo_emulator.pytest_parts.segment_source import SegmentSource
    from pendo_emulator.server import Emulator

# The options with a value that are ini settings too: what stands for the value, and the help.
_PATHS: Final = {
    "baseline": ("FILE", "JSON file with known findings, which do not fail a test"),
    "waivers": ("FILE", "YAML file with findings that are accepted until a date"),
    "plan": ("FILE", "tracking plan by which track events and metadata are judged"),
    "agent": ("PATH", "file or folder with your copy of Pendo's agent, served instead of the stand-in"),
}
# The options without a value that are ini settings too.
_FLAGS: Final = {
    "strict": "warnings of a test fail it, too",
    "redact": "replace ids, names, e-mail addresses and API keys in the report files by pseudonyms",
}
_REPORT: Final = "write the report on the requests of all tests to FILE; may be repeated"
_GITHUB: Final = "print annotations and add to the step summary of GitHub Actions, by default if GITHUB_ACTIONS is true"
_RECORDING: Final = "the new recording (HAR file) that the test in an unpacked capsule judges"
_CHECK: Final = "error (default): a broken contract fails the test that sent the request; off: only assert_kept() does"
_MARKS: Final = {
    "pendo_fault": "(endpoint='ptm.gif', status=503, times=2), pendo_fault(profile='adblock'): add faults for `pendo`",
    "pendo_region": "('eu', 'us1', ...): run a test that uses the fixture pendo_region only for these regions",
    "pendo_plan": "('plan.json'): judge the test by this tracking plan; the path is relative to the test's file",
    "pendo_allow": "('rule', reason='...'): ignore the findings of a rule in the test; the reason is required",
}
_SESSION_END: Final = "pendo_emulator.pytest_parts.session_end"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin, and ini settings of the same names."""
    group = parser.getgroup("pendo-emulator")
    for name, (kind, text) in _PATHS.items():
        group.addoption(f"--pendo-{name}", metavar=kind, help=_sentence(text))
        parser.addini(f"pendo_{name}", f"{text}; relative to the folder of the ini file")
    for name, text in _FLAGS.items():
        group.addoption(f"--pendo-{name}", action="store_true", help=_sentence(text))
        parser.addini(f"pendo_{name}", text, type="bool", default=False)
    group.addoption("--pendo-report", metavar="FORMAT:FILE", action="append", default=[], help=_sentence(_REPORT))
    parser.addini("pendo_report", f"{_REPORT}, one FORMAT:FILE in each line", type="linelist")
    group.addoption("--pendo-github", choices=("on", "off"), help=_sentence(_GITHUB))
    parser.addini("pendo_github", _GITHUB, default="")
    parser.addini("pendo_check", _CHECK, default="error")
    # Another plugin may have an option of this general name.
    with suppress(ValueError):
        group.addoption("--recording", metavar="FILE", help=_sentence(_RECORDING))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks, and check the settings."""
    for name, text in _MARKS.items():
        config.addinivalue_line("markers", f"{name}{text}")
    if config.getini("pendo_check") != "error" or config.getini("pendo_github") or _wants_report(config):
        from pendo_emulator.pytest_parts.settings import check_settings  # noqa: PLC0415 - only with a setting

        check_settings(config)


def _wants_report(config: pytest.Config) -> bool:
    return bool(config.getoption("pendo_report") or config.getini("pendo_report"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses pendo_region once for each region, or for those of its marks."""
    if "pendo_region" not in metafunc.fixturenames:
        return
    from pendo_contracts.wire.region import REGIONS  # noqa: PLC0415 - imported only if a test uses it
    from pendo_emulator.pytest_parts.marks import REGION, read_regions  # noqa: PLC0415 - the same

    markers = list(metafunc.definition.iter_markers(REGION))
    names = read_regions(markers[0], tuple(REGIONS)) if markers else tuple(REGIONS)
    metafunc.parametrize("pendo_region", [REGIONS[name] for name in names], ids=names, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Report a collection error for a test with a mark but without the fixture that the mark needs.

    Such a mark would have no effect. Looking for marks is the only work for a test that does not use the plugin.
    """
    report = yield
    nodes = (*collector.listchain(), *(report.result or ()))
    if any(mark.name in _MARKS for node in nodes for mark in node.own_markers):
        from pendo_emulator.pytest_parts.marks import explain_idle_marks  # noqa: PLC0415 - only with a mark

        if problem := explain_idle_marks(collector, report.result or ()):
            report.outcome, report.result, report.longrepr = "failed", [], problem
    return report


def pytest_testnodedown(node: Any) -> None:
    """Collect the report and the used waivers of a process of pytest-xdist."""
    if any(name.startswith("pendo_") for name in getattr(node, "workeroutput", {})):
        from pendo_emulator.pytest_parts.session_end import collect_output  # noqa: PLC0415 - only if a test used it

        collect_output(node)


pytest_testnodedown = pytest.hookimpl(optionalhook=True)(pytest_testnodedown)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the report to the controller, or write it; fail the session for a report or a waiver with a problem."""
    if _SESSION_END in sys.modules or _wants_report(session.config):
        from pendo_emulator.pytest_parts.session_end import finish_session  # noqa: PLC0415 - only if a test used it

        finish_session(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the matrix of regions and events, unless the check is off, annotations of GitHub Actions, and problems."""
    if _SESSION_END in sys.modules:
        from pendo_emulator.pytest_parts.session_end import print_summary  # noqa: PLC0415 - only if a test used it

        print_summary(terminalreporter, config)


@pytest.fixture(scope="session")
def _pendo_known(pytestconfig: pytest.Config) -> Known | None:
    """Read the baseline and the waivers once in each pytest process."""
    from pendo_emulator.pytest_parts.session_end import read_known  # noqa: PLC0415 - only if a test uses it

    return read_known(pytestconfig)


@pytest.fixture(scope="session")
def pendo_server(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """Run an emulator on a free port, one per pytest process.

    Its rules have the settings of `[tool.pendo-emulator]` in the pyproject.toml of the tests or above them. Its
    tracking plan is that of --pendo-plan, of the ini option pendo_plan, or else of these settings.
    """
    from pendo_emulator.pytest_parts.emulator_start import start_emulator  # noqa: PLC0415 - only if a test uses it
    from pendo_emulator.pytest_parts.session_end import session_report  # noqa: PLC0415 - the same

    with start_emulator(pytestconfig, session_report(pytestconfig)) as emulator:
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
