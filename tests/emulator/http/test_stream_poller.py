"""One thread polls all streams of events; each client gets its pieces in order, at its own speed."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, repeat

import pytest

from pendo_emulator.http.streams.stream_poller import StreamPoller
from pendo_emulator.http.streams.stream_writer import StreamWriter
from pendo_emulator.response import StreamedResponse

PATIENCE = 20


@contextmanager
def running_poller():
    """Run an event loop and a poller in a thread each; all streams must end before."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with ThreadPoolExecutor(1) as threads:
        yield loop, StreamPoller(loop, threads)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


class Client:
    """Reads a polled stream; a client that is `stuck` stops reading after the first piece."""

    def __init__(self, loop, pieces, *, stuck=False, stall_seconds=PATIENCE):
        self.sent, self.ends, self.ended, self._stuck = [], [], threading.Event(), stuck
        response = StreamedResponse(iter(pieces), lambda: None, 200, {}, is_polled=True)
        self.writer = StreamWriter(
            response, loop, self._send, lambda: self._end("end"), lambda: self._end("reset"), stall_seconds
        )

    def _send(self, piece):
        self.sent.append(piece)
        if self._stuck:
            self.writer.pause()

    def _end(self, way):
        self.ends.append(way)
        self.ended.set()


@pytest.fixture
def poll():
    """Return a function that polls streams until all have ended."""

    def poll(make_clients):
        with running_poller() as (loop, poller):
            clients = make_clients(loop)
            for client in clients:
                poller.add(client.writer)
            for client in clients:
                assert client.ended.wait(PATIENCE)
        return clients

    return poll


def test_streams_of_one_thread_send_their_own_pieces_in_order(poll):
    wanted = [[b"%d.%d" % (number, piece) for piece in range(number)] for number in range(5)]
    clients = poll(lambda loop: [Client(loop, chain([b""], pieces)) for pieces in wanted])
    assert [(client.sent, client.ends) for client in clients] == [(pieces, ["end"]) for pieces in wanted]


def test_client_that_does_not_read_gets_one_piece_and_delays_nobody(poll):
    stuck, other = poll(
        lambda loop: [Client(loop, repeat(b"x"), stuck=True, stall_seconds=0.3), Client(loop, [b"a", b"b", b"c"])]
    )
    assert (stuck.sent, stuck.ends) == ([b"x"], ["end"])
    assert (other.sent, other.ends) == ([b"a", b"b", b"c"], ["end"])


def test_failure_breaks_only_its_own_connection(poll):
    def failing():
        yield b"a"
        raise ValueError

    failed, other = poll(lambda loop: [Client(loop, failing()), Client(loop, [b"a", b"b"])])
    assert (failed.sent, failed.ends) == ([b"a"], ["reset"])
    assert (other.sent, other.ends) == ([b"a", b"b"], ["end"])


def test_hang_up_ends_an_idle_stream_and_the_next_stream_is_polled():
    with running_poller() as (loop, poller):
        for _ in range(2):
            client = Client(loop, repeat(b""))
            poller.add(client.writer)
            loop.call_soon_threadsafe(client.writer.close)
            assert client.ended.wait(PATIENCE)
