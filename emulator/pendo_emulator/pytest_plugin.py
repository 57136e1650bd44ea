"""The pytest plugin: the fixtures pendo_server, pendo and pendo_region, and the marker pendo_fault."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest

from pendo_contracts.wire.region import REGIONS, Region

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from pendo_contracts.baseline.hide_known import Known
    from pendo_contracts.plans.plan import Plan
    from pendo_emulator.api_key_space import Space
    from pendo_emulator.server import Emulator

MARK: Final = "pendo_fault"
FIXTURE: Final = "pendo"

_FILES: Final = {
    "baseline": "JSON file with known findings, which do not fail a test",
    "waivers": "YAML file with findings that are accepted until a date",
}
_USED: Final = "pendo_used_waivers"
_KNOWN_KEY: Final = pytest.StashKey["Known | None"]()
_USED_KEY: Final = pytest.StashKey[set[str]]()
_PROBLEMS_KEY: Final = pytest.StashKey[tuple[str, ...]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --pendo-baseline, --pendo-waivers and --pendo-plan, and ini options of the same names."""
    group = parser.getgroup("pendo-emulator")
    for name, text in (*_FILES.items(), ("plan", "tracking plan by which track events and metadata are judged")):
        group.addoption(f"--pendo-{name}", metavar="FILE", help=f"{text}.")
        parser.addini(f"pendo_{name}", f"{text}; relative to the folder of the ini file")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker pendo_fault."""
    config.addinivalue_line(
        "markers",
        f"{MARK}(endpoint='ptm.gif', status=503, times=2): add a fault for the test's API key, which needs the fixture"
        f" {FIXTURE};"
        " the arguments are the members of the contract `fault`",
    )


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Report a collection error for a test with the mark pendo_fault but without the fixture pendo.

    Such a mark would have no effect.
    """
    report = yield
    idle = [item.name for item in report.result or () if isinstance(item, pytest.Item) and _lacks_fixture(item)]
    if idle:
        report.outcome, report.result = "failed", []
        report.longrepr = (
            f"{collector.nodeid}: the mark {MARK} on {', '.join(idle)} has no effect, because the test does not use"
            f" the fixture {FIXTURE}: add it to the test's arguments or remove the mark"
        )
    return report


def _lacks_fixture(item: pytest.Item) -> bool:
    return item.get_closest_marker(MARK) is not None and FIXTURE not in getattr(item, "fixturenames", ())


def pytest_testnodedown(node: Any) -> None:
    """Collect the used waivers of a process of pytest-xdist."""
    if (used := getattr(node, "workeroutput", {}).get(_USED)) is not None:
        node.config.stash.setdefault(_USED_KEY, set()).update(used)


pytest_testnodedown = pytest.hookimpl(optionalhook=True)(pytest_testnodedown)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the session if a waiver is wrong, expired or unused; unused ones only if all tests ran."""
    config = session.config
    known = config.stash.get(_KNOWN_KEY, None)
    if (output := getattr(config, "workeroutput", None)) is not None:
        if _KNOWN_KEY in config.stash:
            output[_USED] = sorted(known.used) if known else []
        return
    if known is None and _USED_KEY in config.stash:
        known = _read_known(config)
    if known is None:
        return
    from dataclasses import replace  # noqa: PLC0415 - only with a baseline or waivers

    from pendo_contracts.baseline.hide_known import list_problems  # noqa: PLC0415 - the same

    others: set[str] = config.stash.get(_USED_KEY, set())
    used = known.used | others
    problems = list_problems(replace(known, used=used, complete=_is_complete(session)))
    config.stash[_PROBLEMS_KEY] = problems
    if problems and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the problems of the waivers."""
    if problems := config.stash.get(_PROBLEMS_KEY, ()):
        terminalreporter.section("problems of the Pendo waivers", red=True)
        for problem in problems:
            terminalreporter.write_line(problem)


def _is_complete(session: pytest.Session) -> bool:
    """Return whether all tests ran, so that a waiver without a finding is not needed."""
    options, arguments = session.config.option, session.config.args
    selected = any(getattr(options, name, None) for name in ("keyword", "markexpr", "lf", "stepwise", "deselect"))
    ended_early = session.shouldstop or session.shouldfail
    return not (selected or ended_early or any("::" in argument for argument in arguments))


def _read_known(config: pytest.Config) -> Known | None:
    """Read the baseline and the waivers of the options, of the ini file or of the settings."""
    from pendo_contracts.commands.known_findings import (  # noqa: PLC0415 - imported only if a test uses the emulator
        KnownFiles,
        KnownFilesError,
        read_known,
    )

    files = {}
    for name in _FILES:
        option, setting = config.getoption(f"pendo_{name}"), config.getini(f"pendo_{name}")
        folder = config.inipath.parent if config.inipath else config.rootpath
        files[name] = config.invocation_params.dir / option if option else folder / setting if setting else None
    try:
        options = read_known(
            KnownFiles(files["baseline"], waivers=files["waivers"]),
            None,
            datetime.now(UTC).date(),
            complete=False,
            folder=config.rootpath,
        )
    except KnownFilesError as error:
        raise pytest.UsageError(error.message) from error
    return options.known if options else None


@pytest.fixture(scope="session")
def _pendo_known(pytestconfig: pytest.Config) -> Known | None:
    """Read the baseline and the waivers once in each pytest process."""
    known = pytestconfig.stash[_KNOWN_KEY] = _read_known(pytestconfig)
    return known


@pytest.fixture(scope="session")
def pendo_server(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """Run an emulator on a free port, one per pytest process.

    Its rules have the settings of `[tool.pendo-emulator]` in the pyproject.toml of the tests or above them. Its
    tracking plan is that of --pendo-plan, of the ini option pendo_plan, or else of these settings.
    """
    from pendo_contracts.rules.settings_file import load_rule_settings  # noqa: PLC0415 - imported only if a test uses it
    from pendo_emulator.server import Emulator  # noqa: PLC0415 - imported only if a test uses it

    rules, plan = load_rule_settings(folder=pytestconfig.rootpath), _load_plan(pytestconfig)
    with Emulator(rules=rules, plan=plan) as emulator:
        emulator.preload()
        yield emulator


def _load_plan(config: pytest.Config) -> Plan | None:
    """Return the tracking plan of the tests, None without one; a wrong plan ends the tests with its problems."""
    from pendo_contracts.plans.loading import load_plan  # noqa: PLC0415 - imported only if a test uses it
    from pendo_contracts.plans.plan_errors import PlanError  # noqa: PLC0415 - the same
    from pendo_contracts.rules.settings_file import load_setting_files  # noqa: PLC0415 - the same

    option, setting = config.getoption("pendo_plan"), config.getini("pendo_plan")
    if option:
        path: Path | None = config.invocation_params.dir / option
    elif setting:
        path = (config.inipath.parent if config.inipath else config.rootpath) / setting
    else:
        path = load_setting_files(folder=config.rootpath).get("plan")
    try:
        return load_plan(path) if path else None
    except PlanError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.fixture
def pendo(request: pytest.FixtureRequest, pendo_server: Emulator, _pendo_known: Known | None) -> Space:
    """Give the test its own API key, so that other tests see neither its requests nor its faults."""
    from pendo_emulator.api_key_space import Space  # noqa: PLC0415 - imported only if a test uses it

    space = Space.fresh(pendo_server, _pendo_known)
    for marker in request.node.iter_markers(MARK):
        space.fault(*marker.args, **marker.kwargs)
    return space


@pytest.fixture(params=REGIONS.values(), ids=lambda region: region.name)
def pendo_region(request: pytest.FixtureRequest) -> Region:
    """Run the test once for each of Pendo's regions."""
    region: Region = request.param
    return region
