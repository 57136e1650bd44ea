"""The pytest plugin: the fixtures pendo_server, pendo and pendo_region, and the marker pendo_fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from pendo_contracts.wire.region import REGIONS, Region

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from pendo_contracts.plans.plan import Plan
    from pendo_emulator.api_key_space import Space
    from pendo_emulator.server import Emulator

MARK: Final = "pendo_fault"
FIXTURE: Final = "pendo"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --pendo-plan and the ini option pendo_plan."""
    text = "tracking plan by which track events and metadata are judged"
    parser.getgroup("pendo-emulator").addoption("--pendo-plan", metavar="FILE", help=f"{text}.")
    parser.addini("pendo_plan", f"{text}; relative to the folder of the ini file")


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
def pendo(request: pytest.FixtureRequest, pendo_server: Emulator) -> Space:
    """Give the test its own API key, so that other tests see neither its requests nor its faults."""
    from pendo_emulator.api_key_space import Space  # noqa: PLC0415 - imported only if a test uses it

    space = Space.fresh(pendo_server)
    for marker in request.node.iter_markers(MARK):
        space.fault(*marker.args, **marker.kwargs)
    return space


@pytest.fixture(params=REGIONS.values(), ids=lambda region: region.name)
def pendo_region(request: pytest.FixtureRequest) -> Region:
    """Run the test once for each of Pendo's regions."""
    region: Region = request.param
    return region
