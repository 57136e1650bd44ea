"""The log keeps nobody waiting, and loses nothing as long as it is read."""

import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

import pytest

from pendo_emulator.observability.stderr import LIMIT, Log

SERVE = [Path(sys.executable).with_name("pendo-emulator"), "serve", "--port", "0"]


@contextmanager
def serving(*options):
    """Serve, and read nothing of what it says on stderr."""
    with subprocess.Popen([*SERVE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            host, port = server.stdout.readline().split()[4].removeprefix("http://").split(":")
            with closing(HTTPConnection(host, int(port), timeout=10)) as connection:
                yield server, connection
        finally:
            server.kill()


def send(connection, number):
    for _ in range(number):
        connection.request("GET", "/data/guide.gif/some-key")
        assert connection.getresponse().read()


def test_who_does_not_read_it_is_answered_all_the_same():
    with serving() as (_, connection):
        send(connection, 1500)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_all_of_it_is_there_at_the_end(workers):
    with serving("--workers", workers) as (server, connection):
        send(connection, 300)
        connection.close()
        server.send_signal(signal.SIGTERM)
        assert server.stderr.read().count("endpoint=guide.gif events=0 status=200") == 300


def test_who_stops_reading_it_is_answered_all_the_same():
    with serving() as (server, connection):
        server.stderr.close()
        send(connection, 10)


class Reader:
    """Somebody who reads nothing until told to."""

    def __init__(self):
        self.asked, self.reads, self.text = Event(), Event(), ""

    def write(self, text):
        self.asked.set()
        self.reads.wait(10)
        self.text += text

    def flush(self):
        pass


def test_of_what_is_left_out_it_is_said_how_much(monkeypatch):
    reader, log = Reader(), Log()
    monkeypatch.setattr(sys, "stderr", reader)
    log.write("first\n")
    reader.asked.wait(10)
    for _ in range(LIMIT + 5):
        log.write("kept\n")
    reader.reads.set()
    log.drain()
    log.write("last\n")
    log.drain()
    assert reader.text.count("kept") == LIMIT
    assert reader.text.endswith("kept\n5 times nothing could be written here: nobody read it\nlast\n")
