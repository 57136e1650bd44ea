"""Recorder: the one mutable thing. It appends exchanges, answers queries about them and wakes whoever waits."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import replace as replace_in
from threading import Lock
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from pendo_emulator.exchange import Exchange, ingest, refuse
from pendo_emulator.faults.active import Faults
from pendo_emulator.limits import Limits
from pendo_emulator.recorder.key_settings import KeySettings, KeySettingsCache, to_row
from pendo_emulator.recorder.notifier import Notifier
from pendo_emulator.retention import ACTIVE_FOR
from pendo_emulator.storage.database import LOCK_PATIENCE, StoreError
from pendo_emulator.storage.query import PAGE_LIMIT, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeVar

    from pendo_emulator.faults.fault import Fault
    from pendo_emulator.storage.query import Count, Stored
    from pendo_emulator.storage.store import Store
    from pendo_emulator.storage.writer import Transaction
    from pendo_emulator.subscription import Subscription

    Answered = TypeVar("Answered")
    Settle = Callable[[Exchange, int, Subscription, Fault], tuple[Exchange, Answered]]

PROTECTION: Final = 60.0

_USUAL: Final = Limits()


class Recorder:
    """Exchanges and setups by API key; the key is the space, so nobody sees another's.

    `_lock` makes every write one transaction at a time and guards what is known of setups and keys. Others may write to
    a `shared` store too: their setups are learned with each write, their news in a moment.
    """

    def __init__(
        self,
        store: Store,
        *,
        shared: bool = False,
        limits: Limits = _USUAL,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.store = store
        self._clock = clock
        self._key_limit = limits.keys
        self.retention = limits.retention
        self.recorded = 0
        self.trouble = ""
        self._asked: dict[str, float] = {}
        self._lock = Lock()
        self._news = Notifier(self._last_id if shared else None)
        self._setups = KeySettingsCache()
        self._keys: set[str] = set()

    def record(self, exchanges: Sequence[Exchange], settle: Settle[Answered]) -> list[Answered]:
        """Settle how exchanges are answered and commit them; whoever waits for their keys looks again.

        Raises StoreError, and none of it has happened, where the store cannot be written.
        """
        with self._writing(len(exchanges)) as entry:
            admitted = [self._admit(exchange, entry) for exchange in exchanges]
            settled = [
                settle(
                    exchange,
                    number,
                    self._setups.of(exchange.beacon.api_key).subscription,
                    self._setups.strike(exchange.beacon, self._clock()),
                )
                for number, exchange in enumerate(admitted, entry.first_id)
            ]
            entry.write([exchange for exchange, _ in settled])
            if struck := self._setups.take_struck():
                self._setups.change = entry.set_up(struck)
        keys = {exchange.beacon.api_key for exchange, _ in settled}
        self._keys |= keys
        self.recorded += len(settled)
        self._news.tell(keys)
        return [answered for _, answered in settled]

    def read(self, query: Query, limit: int = PAGE_LIMIT) -> list[Exchange]:
        """Read the oldest `limit` matching exchanges."""
        return [_judged(stored) for stored in self.store.reader.read(query, limit)]

    def read_all(self, query: Query) -> Iterator[Exchange]:
        """Read every matching exchange."""
        return map(_judged, self.store.read_all(query))

    def count(self, query: Query) -> int:
        """Count matching events if the query names an event field, else matching exchanges."""
        return self.store.reader.count(query)

    def from_now_on(self, query: Query) -> Query:
        """Leave out of a query what is recorded by now."""
        return replace_in(query, after=max(query.after, self.store.reader.last_id()))

    def wait(self, query: Query, count: int, timeout: float) -> int:
        """Wait until at least `count` match, at most `timeout` seconds; return how many match then."""
        deadline = time.monotonic() + timeout
        with self._news.awaited(query.api_key) as news:
            while True:
                news.clear()
                found = self.store.reader.count(query)
                if found >= count or not self._news.wait(news, deadline):
                    return found

    def counts(self, api_key: str | None = None) -> list[Count]:
        """Count events by region, endpoint and type."""
        return self.store.reader.counts(api_key)

    def totals(self) -> list[Count]:
        """Count requests (type "") and events of all keys by region, endpoint and type."""
        return self.store.reader.totals()

    def keys(self) -> dict[str, int]:
        """Count exchanges by API key."""
        return self.store.reader.keys()

    def mark_in_use(self, api_key: str) -> None:
        """Note that a key is under test, so that retention leaves it alone; once a minute is enough."""
        now = self._clock()
        if self.retention.bounded and now - self._asked.get(api_key, 0) > PROTECTION:
            with self._writing() as entry:
                entry.ask(api_key, int(now * 1000))
                entry.forget_questions(int(now * 1000) - ACTIVE_FOR)
            self._asked = {key: at for key, at in self._asked.items() if now - at <= PROTECTION} | {api_key: now}

    def forget(self, exchanges: Iterable[tuple[int, str]]) -> None:
        """Forget exchanges, given by number and key, but none of a key that came under test meanwhile."""
        with self._writing() as entry:
            entry.forget(exchanges, int(self._clock() * 1000) - ACTIVE_FOR)

    def recount(self) -> None:
        """Learn anew which keys there is anything of: what is forgotten makes room, and others record as well."""
        self._keys = set(self.store.reader.keys())

    def write_lock(self) -> Lock:
        """Give the lock under which nothing is recorded."""
        return self._lock

    def check_writable(self) -> str:
        """Try to write; return why that cannot be, or ""."""
        with suppress(StoreError), self._writing() as entry:
            entry.probe(time.time_ns())
        return self.trouble

    def clear(self, api_key: str) -> int:
        """Forget one key's exchanges; return how many there were."""
        with self._writing() as entry:
            deleted = entry.clear(api_key)
        self._keys.discard(api_key)
        return deleted

    def key_settings(self, api_key: str) -> KeySettings:
        """Tell what goes wrong for a key, and what Pendo knows of it."""
        with self._writing():
            return self._setups.of(api_key)

    def add_faults(self, api_key: str, faults: Iterable[Fault]) -> Faults:
        """Let faults stand from now on, behind those that stand already."""
        return self._set_up(api_key, lambda setup: setup.faults.added(faults, self._clock())).faults

    def replace_faults(self, api_key: str, faults: Iterable[Fault]) -> Faults:
        """Let faults stand from now on, and no others."""
        return self._set_up(api_key, lambda _: Faults().added(faults, self._clock())).faults

    def clear_faults(self, api_key: str) -> int:
        """Put everything right; return how many faults stood."""
        stood = len(self.key_settings(api_key).faults.active)
        self.replace_faults(api_key, [])
        return stood

    def subscribe(self, api_key: str, subscription: Subscription) -> Subscription:
        """Set what Pendo knows of a key."""
        return self._set_up(api_key, lambda _: subscription).subscription

    def cancel_waiters(self) -> None:
        """Let nobody wait any longer."""
        self._news.end()

    def close(self) -> None:
        """Close the store."""
        with self._lock:
            self.store.close()

    @contextmanager
    def _writing(self, exchanges: int = 0) -> Iterator[Transaction]:
        """Write, knowing all setups; what was counted in vain is forgotten, and learned anew with the next write."""
        whole = False
        if not self._lock.acquire(timeout=LOCK_PATIENCE):
            raise StoreError(f"{self.store.database.name}: whoever wrote before has not come to an end")
        try:
            with self.store.writer.entry(exchanges) as entry:
                self._catch_up(entry)
                yield entry
            whole = True
            self.trouble = ""
        except StoreError as error:
            self.trouble = str(error)
            self.store.renew()
            raise
        finally:
            if not whole:
                self._setups, self._keys = KeySettingsCache(), set()
            self._lock.release()

    def _catch_up(self, entry: Transaction) -> None:
        if entry.change != self._setups.change:
            self._setups.learn(entry.setups_since(self._setups.change), entry.change)
        if not self._keys:
            self._keys = set(entry.keys())

    def _admit(self, exchange: Exchange, entry: Transaction) -> Exchange:
        api_key = exchange.beacon.api_key
        known = not api_key or api_key in self._keys or len(self._keys) < self._key_limit
        return exchange if known or entry.knows(api_key) else refuse(exchange, "keys")

    def _set_up(self, api_key: str, change: Callable[[KeySettings], Faults | Subscription]) -> KeySettings:
        with self._writing() as entry:
            setup = self._setups.of(api_key).having(change(self._setups.of(api_key)))
            row = to_row(api_key, setup)
            self._setups.learn([row], entry.set_up([row]))
        return setup

    def _last_id(self) -> int:
        return self.store.reader.last_id()


def _judged(stored: Stored) -> Exchange:
    exchange = ingest(stored.envelope)
    if stored.refusal:
        exchange = refuse(exchange, stored.refusal)
    return replace(exchange, id=stored.id, status=stored.status, fault=stored.fault, notes=stored.notes)
