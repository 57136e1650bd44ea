"""Finds and deletes the exchanges that exceed a retention limit, in small steps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.limits import ACTIVE_FOR

if TYPE_CHECKING:
    from pendo_emulator.recorder.recorder import Recorder

STEP_SIZE: Final = 100
RESTART_INTERVAL: Final = 60.0

_COUNT: Final = "SELECT coalesce(sum(received), 0) FROM counts WHERE type = ''"
_OLDEST: Final = """
SELECT id, api_key, received_at FROM exchanges
WHERE id > ? AND api_key NOT IN (SELECT api_key FROM active_keys WHERE used_at > ?) ORDER BY id LIMIT ?
"""


class RetentionSweeper:
    """Reads the store from the oldest exchange on, and deletes exchanges that exceed a recorder's retention.

    If their key has profiles, the exchanges are added to the profiles first: these keep what retention deletes.

    It reads with its own connection, and the recorder deletes at most STEP_SIZE exchanges at a time, so recording never
    waits long. Every RESTART_INTERVAL seconds it starts from the oldest exchange again, because keys that were in use
    before may not be in use now.
    """

    def __init__(self, recorder: Recorder, connection: Any) -> None:
        self._recorder = recorder
        self._retention = recorder.retention
        self._cursor = connection.cursor()
        self._render = recorder.store.database.render
        self._after, self._started_at = 0, 0.0

    def step(self) -> bool:
        """Delete up to STEP_SIZE exchanges; return whether there may be more to delete."""
        if time.monotonic() - self._started_at > RESTART_INTERVAL:
            self._after, self._started_at = 0, time.monotonic()
        now = int(self._recorder.clock() * 1000)
        self._cursor.execute(self._render(_OLDEST), (self._after, now - ACTIVE_FOR, STEP_SIZE))
        oldest = self._cursor.fetchall()
        excess = self._excess()
        expired = now - self._retention.age * 1000 if self._retention.age is not None else 0
        deletable = [
            (number, api_key)
            for position, (number, api_key, received_at) in enumerate(oldest)
            if position < excess or received_at < expired
        ]
        if deletable and self._recorder.profiles.catch_up.derive_before_deletion(deletable):
            self._after = deletable[-1][0]
            self._recorder.active_keys.delete_others(deletable)
            return len(deletable) == STEP_SIZE
        return False

    def _excess(self) -> int:
        """Count the exchanges above the limit."""
        if self._retention.exchanges is None:
            return 0
        self._cursor.execute(_COUNT)
        return int(self._cursor.fetchone()[0]) - self._retention.exchanges
