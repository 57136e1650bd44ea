"""A streamed response is written piece by piece, and bounded by what the client reads."""

import asyncio
import threading
from contextlib import contextmanager

from pendo_emulator.http.streams.stream_writer import StreamWriter
from pendo_emulator.response import StreamedResponse


@contextmanager
def running_loop():
    """Run an event loop in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Client:
    """Records what a writer does with a connection; a client that is `stuck` does not read."""

    def __init__(self, loop, pieces, *, stuck=False, stall_seconds=5.0):
        self.sent, self.calls, self.closed = [], [], 0
        response = StreamedResponse(iter(pieces), self._count_close, 200, {})
        self.writer = StreamWriter(
            response, loop, self._send, lambda: self.calls.append("end"), lambda: self.calls.append("reset"),
            stall_seconds,
        )  # fmt: skip
        self._stuck, self._loop = stuck, loop

    def _send(self, piece):
        self.sent.append(piece)
        if self._stuck:
            self.writer.pause()

    def _count_close(self):
        self.closed += 1

    def run(self):
        """Write the response; return when the event loop has made all its calls."""
        self.writer.run()
        done = threading.Event()
        self._loop.call_soon_threadsafe(done.set)
        assert done.wait(5)


def test_pieces_are_sent_in_order_and_empty_ones_are_not():
    with running_loop() as loop:
        client = Client(loop, [b"a", b"", b"b"])
        client.run()
    assert (client.sent, client.calls, client.closed) == ([b"a", b"b"], ["end"], 1)


def test_client_that_does_not_read_gets_one_piece_and_is_disconnected():
    with running_loop() as loop:
        client = Client(loop, (b"x" for _ in range(1000)), stuck=True, stall_seconds=0.02)
        client.run()
    assert (client.sent, client.calls, client.closed) == ([b"x"], ["end"], 1)


def test_hang_up_ends_the_stream():
    with running_loop() as loop:
        client = Client(loop, iter(lambda: b"", None))
        loop.call_soon_threadsafe(client.writer.close)
        client.run()
    assert (client.sent, client.closed) == ([], 1)


def test_failure_breaks_the_connection():
    def pieces():
        yield b"a"
        raise ValueError

    with running_loop() as loop:
        client = Client(loop, pieces())
        client.run()
    assert (client.sent, client.calls) == ([b"a"], ["reset"])


def test_closed_event_loop_ends_the_stream():
    loop = asyncio.new_event_loop()
    loop.close()
    closed = []
    response = StreamedResponse(iter([b"a", b"b"]), lambda: closed.append(True), 200, {})
    StreamWriter(response, loop, bytes, list, list).run()
    assert closed == [True]
