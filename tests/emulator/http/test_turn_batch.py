"""Batches of requests that cannot be recorded."""

import itertools

from pendo_emulator.errors import StoreError
from pendo_emulator.http.application_interface import Application
from pendo_emulator.http.request import Request
from pendo_emulator.http.turn_batch import Batch
from pendo_emulator.limits import Limits
from pendo_emulator.observability.counters import Counters


class ImmediateLoop:
    """Calls functions at once."""

    def call_soon(self, function):
        function()


class Client:
    scheme, over_limit = "http", False

    def __init__(self):
        self.statuses = []

    def answer(self, response):
        self.statuses.append(response.status)


def fail(_requests):
    raise StoreError("the disk is full")


def test_outage_is_logged_once_a_second(caplog):
    application = Application(fail, ask=None, tls=None, domains=(), limits=Limits(), counters=Counters())
    times, client = itertools.count(0, 0.001), Client()
    batch = Batch(application, ImmediateLoop(), lambda: next(times))
    for _ in range(500):
        request = Request(0)
        request.method, request.target = "GET", "/data/guide.gif/k"
        batch.add(client, request)
    assert client.statuses == [503] * 500
    assert len(caplog.messages) <= 1 + next(times)
