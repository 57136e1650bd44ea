"""A transport and a listener for tests of a connection without a socket."""

import asyncio
import time

from pendo_emulator.http.body_memory import BodyMemory
from pendo_emulator.limits import Limits


class FakeTransport(asyncio.Transport):
    """Accepts all bytes; `reading` is whether the connection reads more bytes."""

    reading = True

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def write(self, data):
        pass

    def is_closing(self):
        return False


class FakeGateway:
    """Counts requests and never answers."""

    date, limits, proxy, received = "", Limits(), None, 0
    loop, clock, memory = None, time.monotonic, BodyMemory()

    def opened(self, connection):
        pass

    def receive(self, _connection, _request):
        self.received += 1

    def provide_tls(self, callback):
        pass
