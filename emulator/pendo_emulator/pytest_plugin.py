"""The pytest plugin: the fixtures pendo_server, pendo and pendo_region, and the marker pendo_fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from pendo_contracts.wire.region import REGIONS, Region

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pendo_emulator.api_key_space import Space
    from pendo_emulator.server import Emulator

MARK: Final = "pendo_fault"
FIXTURE: Final = "pendo"


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

    Its rules have the settings of `[tool.pendo-emulator]` in the pyproject.toml of the tests or above them.
    """
    from pendo_contracts.rules.settings_file import load_rule_settings  # noqa: PLC0415 - imported only if a test uses it
    from pendo_emulator.server import Emulator  # noqa: PLC0415 - imported only if a test uses it

    with Emulator(rules=load_rule_settings(folder=pytestconfig.rootpath)) as emulator:
        emulator.preload()
        yield emulator


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
