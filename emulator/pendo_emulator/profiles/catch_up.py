"""Derives the profiles of API keys step by step, and keeps them in the store."""

from __future__ import annotations

import logging
import time
from functools import cached_property
from math import inf
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final
from uuid import uuid4
from weakref import WeakValueDictionary

from pendo_emulator.engage.rows.row_settings import read_row_settings
from pendo_emulator.errors import EmulatorError, StoreError
from pendo_emulator.profiles.derivation_step import STEP, StepDerivation, StepSize
from pendo_emulator.storage.storable_text import storable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_emulator.engage.rows.row_settings import RowSettings
    from pendo_emulator.engage.store.event_rows import EventRowReader
    from pendo_emulator.profiles.profile_reader import Position, ProfileReader
    from pendo_emulator.recorder.write_access import WriteAccess
    from pendo_emulator.storage.store import Store

# The version of the rules of derivation: with other rules, the profiles of a key are derived again.
DERIVATION: Final = 5
# The exchanges that may be looked at again with each question, if they change nothing.
IDLE: Final = 1_000
# In seconds: how long a question waits, and how often a process looks whether another one derives the same key.
TIMEOUT: Final = 10.0
POLL_INTERVAL: Final = 0.05

log = logging.getLogger("pendo-emulator")


class NotCaughtUpError(EmulatorError):
    """The profiles of a key do not contain all its exchanges yet; `remaining` is the number of the others."""

    def __init__(self, remaining: int, timeout: float) -> None:
        super().__init__(
            f"{remaining:,} exchanges are not in the profiles yet after {timeout:g} s; the emulator goes on: ask again"
        )
        self.remaining = remaining


class CatchUp:
    """Brings the profiles of API keys up to date, on request and before retention deletes exchanges.

    Several processes can do this with the same store: a step is written only if no other process wrote one meanwhile
    and the key was not cleared. Profiles of another version of the rules, or of other settings, are derived again.
    Every method raises StoreError if the store cannot be used.
    """

    def __init__(self, store: Store, access: WriteAccess, *, step: int = STEP, version: int = DERIVATION) -> None:
        self._store, self._access, self._step_size, self._version = store, access, step, version
        self._guard = Lock()
        self._locks: WeakValueDictionary[str, _KeyLock] = WeakValueDictionary()
        self._stopped = Event()
        self._waiting: dict[str, None] = {}
        self._thread: Thread | None = None

    @cached_property
    def reader(self) -> ProfileReader:
        """The reader of profiles, loaded on first use."""
        from pendo_emulator.profiles.profile_reader import ProfileReader  # noqa: PLC0415 - SQLAlchemy is slow to load

        return ProfileReader(self._store.reader)

    @cached_property
    def event_rows(self) -> EventRowReader:
        """The reader of the rows of events, loaded on first use."""
        from pendo_emulator.engage.store.event_rows import EventRowReader  # noqa: PLC0415 - SQLAlchemy is slow to load

        return EventRowReader(self._store.reader)

    def row_settings(self, api_key: str) -> RowSettings:
        """Return the settings of a key that decide about its rows, as the last transaction read them."""
        return read_row_settings(self._access.settings.get(api_key).subscription.engage)

    def catch_up(self, api_key: str, timeout: float = TIMEOUT) -> None:
        """Wait until the profiles of a key contain all exchanges that are recorded now.

        Raises NotCaughtUpError after `timeout` seconds; the derivation continues in the background then.
        """
        if not self._derive(api_key, self.reader.last_id(api_key), timeout):
            position = self.reader.position(api_key)
            remaining = self.reader.count_after(api_key, position.last_id if position else 0)
            self._continue_in_background(api_key)
            raise NotCaughtUpError(remaining, timeout)

    def derive_before_deletion(self, exchanges: Iterable[tuple[int, str]]) -> bool:
        """Add exchanges, given by id and key, to the profiles of keys that have profiles; return whether that is done.

        Keys without profiles get none.
        """
        last_ids: dict[str, int] = {}
        for number, api_key in exchanges:
            last_ids[api_key] = max(number, last_ids.get(api_key, 0))
        return all(self._derive(api_key, last_ids[api_key], inf) for api_key in self.reader.behind(last_ids))

    def reset(self, api_key: str) -> int:
        """Delete the profiles of a key; return how many there were.

        The next question derives them again from the exchanges that remain.
        """
        with self._access.transaction() as transaction:
            deleted = transaction.delete_profiles(api_key)
            transaction.write_rows("set profile position", [self._start(api_key)])
        return deleted

    def close(self) -> None:
        """Stop deriving."""
        self._stopped.set()
        with self._guard:
            thread = self._thread
        if thread:
            thread.join()

    def _derive(self, api_key: str, until: int, timeout: float) -> bool:
        """Derive until the profiles contain the exchange with the id `until`; return whether they do."""
        if not self._access.commits:  # no transaction has read the settings yet
            with self._access.transaction():
                pass
        if self._contains(api_key, until):
            return True
        deadline = time.monotonic() + timeout
        lock = self._lock_of(api_key)
        if not lock.lock.acquire(timeout=-1 if timeout == inf else timeout):
            return False
        derivation, size = StepDerivation(api_key, self.reader, self.event_rows), StepSize(self._step_size)
        try:
            while (position := self._position(api_key, until)) and position.last_id < until:
                if self._has_nothing_to_derive(api_key, position.last_id, until):
                    return True
                if self._stopped.is_set() or time.monotonic() > deadline:
                    return False
                if not self._step(derivation, position, until, size):
                    self._wait_for_others(api_key, deadline)
        finally:
            lock.lock.release()
        return True

    def _contains(self, api_key: str, until: int) -> bool:
        """Return whether the profiles contain the exchange with the id `until`; 0 means no exchange."""
        position = self.reader.position(api_key)
        if position is None:
            return not until
        return position.derivation == self._derivation(api_key) and position.last_id >= until

    def _derivation(self, api_key: str) -> int:
        """Return the number of the rules and of the settings with which the profiles of a key are derived now."""
        return self.row_settings(api_key).derivation(self._version)

    def _has_nothing_to_derive(self, api_key: str, after: int, until: int) -> bool:
        """Return whether a few new exchanges change nothing, so that the position need not be written."""
        return until - after <= IDLE and not self.reader.has_requests(api_key, after, until)

    def _position(self, api_key: str, until: int) -> Position | None:
        """Return the position of a key; create it if there are exchanges to derive, unless another process does."""
        position = self.reader.position(api_key)
        if position.derivation != self._derivation(api_key) if position else until:
            with self._access.transaction() as transaction:
                rows = transaction.read_rows("profile position", api_key)
                # The transaction has read the settings that other processes changed.
                is_current = position and position.derivation == self._derivation(api_key)
                if not is_current and [row[-1] for row in rows] == ([position.token] if position else []):
                    transaction.delete_profiles(api_key)
                    transaction.write_rows("set profile position", [self._start(api_key)])
            position = self.reader.position(api_key)
        return position

    def _start(self, api_key: str) -> tuple[str, int, int, str]:
        """Return the row of a position before all exchanges, in the order of the columns of PROFILE_POSITIONS."""
        return storable(api_key), 0, self._derivation(api_key), str(uuid4())

    def _step(self, derivation: StepDerivation, position: Position, until: int, size: StepSize) -> bool:
        """Derive the next exchanges up to an id; return False if another process moved the position meanwhile."""
        api_key = derivation.api_key
        requests, last = self.reader.requests(api_key, position.last_id, until, size.exchanges)
        changes = derivation.derive(position, requests, self.row_settings(api_key))
        with self._access.transaction() as transaction:
            started = time.monotonic()
            moved = transaction.read_rows("move profile position", last, api_key, position.last_id, position.token)
            if moved:
                transaction.write_rows("set profile", changes.profiles)
                transaction.write_rows("set event row", changes.event_rows)
        if moved:
            derivation.continue_at(position._replace(last_id=last))
            size.adapt(time.monotonic() - started)  # with the commit, which can be the slow part
        return bool(moved)

    def _wait_for_others(self, api_key: str, deadline: float) -> None:
        """Wait as long as another process moves the position."""
        before = None
        while (position := self.reader.position(api_key)) != before and time.monotonic() < deadline:
            before = position
            self._stopped.wait(POLL_INTERVAL)

    def _lock_of(self, api_key: str) -> _KeyLock:
        with self._guard:
            return self._locks.setdefault(api_key, _KeyLock())

    def _continue_in_background(self, api_key: str) -> None:
        with self._guard:
            self._waiting[api_key] = None
            if self._thread is None and not self._stopped.is_set():
                self._thread = Thread(target=self._run, name="pendo-emulator-profiles", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while api_key := self._next_waiting():
            try:
                self._derive(api_key, self.reader.last_id(api_key), inf)
            except StoreError as error:
                log.warning("the profiles of a key are not up to date: %s", error)

    def _next_waiting(self) -> str | None:
        with self._guard:
            if not self._waiting or self._stopped.is_set():
                self._thread = None
                return None
            api_key = next(iter(self._waiting))
            del self._waiting[api_key]
            return api_key


class _KeyLock:
    """The lock of one key; it exists as long as a thread uses it."""

    def __init__(self) -> None:
        self.lock = Lock()
