"""Fixtures: recorders of one store, and a function that records events."""

from contextlib import ExitStack, closing

import pytest

from pendo_contracts.judge import judge_request
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store


def envelope(key, *values, received_at=1_796_000_000_000):
    """Return a beacon of the agent with events."""
    url = f"http://data.eu.pendo.io/data/ptm.gif/{key}?jzb={jzb.encode(list(values))}"
    return Envelope("GET", url, {}, b"", received_at)


def record(recorder, *envelopes):
    """Record beacons in one transaction."""
    return Responder(recorder).respond([judge_request(one) for one in envelopes])


@pytest.fixture
def recorders(store_address):
    """Return a function that opens recorders of one store, like several processes."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Recorder(Store(store_address), shared=True)))
