"""Requests of the control API that take long do not delay the others."""

from contextlib import ExitStack, closing
from http.client import HTTPConnection
from threading import Event, Thread

import pytest

from pendo_emulator.http.application_interface import Application
from pendo_emulator.http.listener import CONTROL_THREADS, Listener
from pendo_emulator.http.listening_sockets import listen
from pendo_emulator.limits import Limits
from pendo_emulator.observability.counters import Counters
from pendo_emulator.response import json_response

FINDINGS = ["/_emulator/findings", "/_emulator/keys/k/findings?severity=error", "/_emulator/%66indings"]


@pytest.fixture
def gate():
    """An event that every answer with findings waits for."""
    return Event()


@pytest.fixture
def address(gate):
    """The address of a listener whose findings wait for the gate."""

    def answer(request, _scheme, _peer):
        if "healthz" not in request.target:
            gate.wait(60)
        return json_response({})

    application = Application(
        respond=lambda _: [], ask=answer, tls=None, domains=("pendo.io",), limits=Limits(), counters=Counters()
    )
    with listen("127.0.0.1", 0) as sockets:
        listener = Listener(sockets.sockets, application)
        thread = Thread(target=listener.serve)
        thread.start()
        listener.listening.wait()
        yield "127.0.0.1", sockets.port
        gate.set()
        listener.stop()
        thread.join()


@pytest.mark.parametrize("path", FINDINGS)
def test_health_does_not_wait_for_findings(address, gate, path):
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(HTTPConnection(*address, 60))) for _ in range(2 * CONTROL_THREADS)]
        for connection in slow:
            connection.request("GET", path)
        health = stack.enter_context(closing(HTTPConnection(*address, 20)))
        health.request("GET", "/healthz")
        assert health.getresponse().status == 200
        gate.set()
        assert {connection.getresponse().status for connection in slow} == {200}
