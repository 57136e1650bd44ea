"""Fixtures: an emulator a worker, a space for each test with the faults it is marked with, a test for each region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pendo_contracts.region import REGIONS, Region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.server import Emulator
    from pendo_emulator.space import Space


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers",
        "pendo_fault(endpoint='ptm.gif', status=503, times=2): what goes wrong for the test's API key,"
        " in the words of the contract `fault`",
    )


@pytest.fixture(scope="session")
def pendo_server() -> Iterator[Emulator]:
    """Run an emulator on a free port, one for each worker."""
    from pendo_emulator.server import Emulator  # noqa: PLC0415 - nothing is loaded until a test asks for it

    with Emulator() as emulator:
        emulator.warm()
        yield emulator


@pytest.fixture
def pendo(request: pytest.FixtureRequest, pendo_server: Emulator) -> Space:
    """Give the test an API key of its own: what it sends is seen by nobody else, its faults strike nobody else."""
    from pendo_emulator.space import Space  # noqa: PLC0415 - as above

    space = Space.fresh(pendo_server)
    for mark in request.node.iter_markers("pendo_fault"):
        space.fault(*mark.args, **mark.kwargs)
    return space


@pytest.fixture(params=REGIONS.values(), ids=lambda region: region.name)
def pendo_region(request: pytest.FixtureRequest) -> Region:
    """Run the test once in each of Pendo's regions."""
    region: Region = request.param
    return region
