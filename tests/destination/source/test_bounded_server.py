"""Connections of the Tracking API are bounded in number and time."""

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests

from pendo_destination.source import TrackingApi

HALF = b"POST /v1/track HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"


@pytest.fixture
def connect():
    """Return a function that opens a connection to an API."""
    with ExitStack() as opened:
        yield lambda api: opened.enter_context(
            socket.create_connection((urlsplit(api.url).hostname, urlsplit(api.url).port), timeout=20)
        )


def status(api):
    return requests.get(f"{api.url}/_source/status", timeout=20)


def test_connections_beyond_the_limit_are_answered_with_503(connect):
    with TrackingApi([], max_connections=3, read_timeout=60) as api:
        held = [connect(api) for _ in range(3)]
        for connection in held:
            connection.sendall(HALF)
        refused = status(api)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        large = requests.post(f"{api.url}/v1/track", b" " * 500_000, timeout=20)
        assert large.json()["code"] == "too_many_connections"
        for connection in held:
            connection.close()
        assert any(status(api).status_code == 200 for _ in range(1000))


@pytest.mark.parametrize("sent", [b"", b"POST /v1/tr", HALF], ids=["idle", "half a line", "half a body"])
def test_idle_and_slow_connections_are_closed(connect, sent):
    with TrackingApi([], read_timeout=0.2) as api:
        connection = connect(api)
        connection.sendall(sent)
        while connection.recv(1000):
            pass


def test_client_that_sends_byte_by_byte_is_cut_off(connect):
    with TrackingApi([], read_timeout=0.5) as api:
        connection = connect(api)
        connection.settimeout(0.1)
        with pytest.raises(ConnectionError):  # noqa: PT012 - the connection breaks at a byte that is not known before
            for _ in range(1000):
                connection.sendall(b"a")
                try:
                    if not connection.recv(1000):
                        raise ConnectionError
                except TimeoutError:
                    continue


def test_all_families_share_the_limit(connect):
    with TrackingApi([], host="localhost", max_connections=1, read_timeout=60) as api:
        connect(api).sendall(HALF)
        assert status(api).status_code == 503
