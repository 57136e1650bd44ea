"""The API keys in use: retention does not delete their exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.limits import ACTIVE_FOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendo_emulator.limits import Retention
    from pendo_emulator.recorder.write_access import WriteAccess

# In seconds: the interval in which the store records that a key is in use.
MARK_INTERVAL: Final = 60.0


class ActiveKeys:
    """The keys that a client queried, or whose settings it changed, within ACTIVE_FOR milliseconds."""

    def __init__(self, access: WriteAccess, retention: Retention, clock: Callable[[], float]) -> None:
        self._access, self._retention, self._clock = access, retention, clock
        self._marked: dict[str, float] = {}

    def mark_in_use(self, api_key: str) -> None:
        """Protect a key for ACTIVE_FOR milliseconds; writes at most every MARK_INTERVAL seconds."""
        now = self._clock()
        if self._retention.bounded and now - self._marked.get(api_key, 0) > MARK_INTERVAL:
            with self._access.transaction() as transaction:
                transaction.mark_in_use(api_key, int(now * 1000))
                transaction.delete_inactive_keys(int(now * 1000) - ACTIVE_FOR)
            recent = {key: since for key, since in self._marked.items() if now - since <= MARK_INTERVAL}
            self._marked = recent | {api_key: now}

    def delete_others(self, exchanges: Iterable[tuple[int, str]]) -> None:
        """Delete exchanges, given by id and key, but skip keys that are now in use."""
        with self._access.transaction() as transaction:
            transaction.delete(exchanges, int(self._clock() * 1000) - ACTIVE_FOR)
