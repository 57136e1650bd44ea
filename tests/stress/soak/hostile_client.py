"""A client that sends hostile requests to a server."""

from __future__ import annotations

import socket
from threading import Event, Thread
from typing import TYPE_CHECKING

from tests.stress.soak.hostile_requests import ENDINGS, REQUESTS, TIMEOUT, WAYS_TO_SEND

if TYPE_CHECKING:
    from random import Random

    from tests.stress.server_process import ServerProcess


class HostileClient(Thread):
    """Sends random hostile requests, each on its own connection, until `stop` is set; counts them in `attempts`."""

    def __init__(self, server: ServerProcess, stop: Event, random: Random) -> None:
        super().__init__(name="hostile client", daemon=True)
        self._server, self._stop_event, self._random = server, stop, random
        self.attempts = 0

    def run(self) -> None:
        """Send hostile requests until `stop` is set."""
        while not self._stop_event.wait(self._random.uniform(0, 0.1)):
            self.attempts += 1
            try:
                self._send_one()
            except OSError:  # the server may close such a connection
                continue

    def _send_one(self) -> None:
        request = self._random.choice(REQUESTS)(self._random)
        with socket.create_connection(self._server.address, TIMEOUT) as connection:
            self._random.choice(WAYS_TO_SEND)(connection, request)
            self._random.choice(ENDINGS)(connection)
