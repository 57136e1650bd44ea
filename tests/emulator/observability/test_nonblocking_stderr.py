"""A slow reader of stderr never blocks requests, and no line is lost while stderr is read."""

import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

import pytest

from pendo_emulator.observability.nonblocking_stderr import MAX_QUEUED, NonBlockingStream
from tests.served_address import read_address

SERVE = [Path(sys.executable).with_name("pendo-emulator"), "serve", "--port", "0"]


@contextmanager
def serving(*options):
    """Run a server whose stderr nobody reads."""
    with subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            host, port = read_address(server).removeprefix("http://").split(":")
            with closing(HTTPConnection(host, int(port), timeout=10)) as connection:
                yield server, connection
        finally:
            server.kill()


def send(connection, number):
    for _ in range(number):
        connection.request("GET", "/data/guide.gif/some-key")
        assert connection.getresponse().read()


def test_unread_stderr_does_not_block_requests():
    with serving() as (_, connection):
        send(connection, 1500)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_every_line_is_written_before_exit(workers):
    with serving("--workers", workers) as (server, connection):
        send(connection, 300)
        connection.close()
        server.send_signal(signal.SIGTERM)
        assert server.stderr.read().count("endpoint=guide.gif events=0 status=200") == 300


def test_closed_stderr_does_not_block_requests():
    with serving() as (server, connection):
        server.stderr.close()
        send(connection, 10)


class SlowStream:
    """A stream whose writes block until `unblock` is set."""

    def __init__(self):
        self.called, self.unblock, self.text = Event(), Event(), ""

    def write(self, text):
        self.called.set()
        self.unblock.wait(10)
        self.text += text

    def flush(self):
        pass


def test_dropped_lines_are_counted(monkeypatch):
    slow, log = SlowStream(), NonBlockingStream()
    monkeypatch.setattr(sys, "stderr", slow)
    log.write("first\n")
    slow.called.wait(10)
    for _ in range(MAX_QUEUED + 5):
        log.write("kept\n")
    slow.unblock.set()
    log.drain()
    log.write("last\n")
    log.drain()
    assert slow.text.count("kept") == MAX_QUEUED
    assert slow.text.endswith("kept\n5 log lines dropped: stderr was not being read\nlast\n")
