"""Fixtures: an emulator a worker, a space of its own for each test, a test for each region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.region import REGIONS, Region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.server import Emulator
    from emulator.space import Space


@pytest.fixture(scope="session")
def pendo_server() -> Iterator[Emulator]:
    """Run an emulator on a free port, one for each worker."""
    from emulator.server import Emulator  # noqa: PLC0415 - nothing is loaded until a test asks for it

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def pendo(pendo_server: Emulator) -> Space:
    """Give the test an API key of its own: what it sends is seen by nobody else."""
    from emulator.space import Space  # noqa: PLC0415 - as above

    return Space.fresh(pendo_server)


@pytest.fixture(params=REGIONS.values(), ids=lambda region: region.name)
def pendo_region(request: pytest.FixtureRequest) -> Region:
    """Run the test once in each of Pendo's regions."""
    region: Region = request.param
    return region
