"""Sweep: what a retention does not keep is looked for and deleted, a little at a time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.retention import ACTIVE_FOR

if TYPE_CHECKING:
    from pendo_emulator.recorder.recorder import Recorder

CHUNK: Final = 100
SECOND_LOOK: Final = 60.0

_NUMBER: Final = "SELECT coalesce(sum(received), 0) FROM tallies WHERE type = ''"
_OLDEST: Final = """
SELECT id, api_key, received_at FROM exchanges
WHERE id > ? AND api_key NOT IN (SELECT api_key FROM tests WHERE asked_at > ?) ORDER BY id LIMIT ?
"""


class RetentionSweeper:
    """Goes through the store from the oldest exchange on and deletes what a retention does not keep.

    It reads by a connection of its own, and the recorder deletes CHUNK at a time, so that recording never waits long.
    Every SECOND_LOOK seconds it begins anew, for keys that were under test before.
    """

    def __init__(self, recorder: Recorder, connection: Any) -> None:
        self._recorder = recorder
        self._retention = recorder.retention
        self._cursor = connection.cursor()
        self._spell = recorder.store.database.spell
        self._after, self._began = 0, 0.0

    def step(self) -> bool:
        """Delete a chunk; tell whether there may be more to delete."""
        if time.monotonic() - self._began > SECOND_LOOK:
            self._after, self._began = 0, time.monotonic()
        now = time.time_ns() // 1_000_000
        self._cursor.execute(self._spell(_OLDEST), (self._after, now - ACTIVE_FOR, CHUNK))
        found = self._cursor.fetchall()
        spare = self._spare()
        old = now - self._retention.age * 1000 if self._retention.age is not None else 0
        going = [(number, api_key) for place, (number, api_key, at) in enumerate(found) if place < spare or at < old]
        if going:
            self._after = going[-1][0]
            self._recorder.forget(going)
        return len(going) == CHUNK

    def _spare(self) -> int:
        """Count the exchanges that are too many."""
        if self._retention.exchanges is None:
            return 0
        self._cursor.execute(_NUMBER)
        return int(self._cursor.fetchone()[0]) - self._retention.exchanges
