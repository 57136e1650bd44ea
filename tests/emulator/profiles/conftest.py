"""Fixtures: recorders on each database, and a test client of the control API."""

from contextlib import ExitStack, closing

import pytest

from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store


@pytest.fixture
def recorders(store_address):
    """Return a function that opens recorders of one store, like several processes."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(closing(Recorder(Store(store_address), shared=True, **options)))


@pytest.fixture
def recorder(recorders):
    return recorders()
