"""Pest: somebody who sends a server one nuisance after the other."""

from __future__ import annotations

import socket
from threading import Event, Thread
from typing import TYPE_CHECKING

from tests.stress.soak.nuisance import ENDINGS, MANNERS, PATIENCE, SENT

if TYPE_CHECKING:
    from random import Random

    from tests.stress.crash.server import Server


class Pest(Thread):
    """Sends a server one nuisance after the other until `over`; counts them."""

    def __init__(self, server: Server, over: Event, random: Random) -> None:
        super().__init__(name="pest", daemon=True)
        self._server, self._over, self._random = server, over, random
        self.nuisances = 0

    def run(self) -> None:
        """Be one."""
        while not self._over.wait(self._random.uniform(0, 0.1)):
            self.nuisances += 1
            try:
                self._be_one()
            except OSError:  # the server has every right to hang up
                continue

    def _be_one(self) -> None:
        octets = self._random.choice(SENT)(self._random)
        with socket.create_connection(self._server.address, PATIENCE) as connection:
            self._random.choice(MANNERS)(connection, octets)
            self._random.choice(ENDINGS)(connection)
