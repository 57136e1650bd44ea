"""Recorder: the one mutable thing. It appends exchanges, answers queries about them and wakes whoever waits."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import replace
from threading import Condition, Lock
from typing import TYPE_CHECKING

from emulator.exchange import Exchange, ingest
from emulator.faults import Faults
from emulator.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from emulator.store import Count, Query, Store, Stored


class Recorder:
    """Exchanges, faults and subscriptions by API key; the key is the space, so nobody sees another's.

    `_write_lock` makes every write one transaction at a time. `_news` holds a condition per API key: a record wakes
    only those who wait for its key.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self.faults = Faults(clock)
        self._clock = clock
        self._write_lock = Lock()
        self._news: defaultdict[str | None, Condition] = defaultdict(Condition)
        self._subscriptions: dict[str, Subscription] = {}

    def record(self, exchange: Exchange) -> Exchange:
        """Commit an exchange and return it with its id; whoever waits for its key looks again."""
        with self._write_lock:
            (identity,) = self._store.write([exchange])
        for key in (exchange.beacon.api_key, None):
            with self._news[key]:
                self._news[key].notify_all()
        return replace(exchange, id=identity)

    def read(self, query: Query, limit: int) -> list[Exchange]:
        """Read the oldest `limit` matching exchanges."""
        return [_judged(stored) for stored in self._store.read(query, limit)]

    def read_all(self, query: Query) -> Iterator[Exchange]:
        """Read every matching exchange."""
        return map(_judged, self._store.read_all(query))

    def count(self, query: Query) -> int:
        """Count matching events if the query names an event field, else matching exchanges."""
        return self._store.count(query)

    def wait(self, query: Query, count: int, timeout: float) -> int:
        """Wait until at least `count` match, at most `timeout` seconds; return how many match then."""
        deadline = self._clock() + timeout
        news = self._news[query.api_key]
        with news:
            while (found := self._store.count(query)) < count and (left := deadline - self._clock()) > 0:
                news.wait(left)
        return found

    def counts(self, api_key: str | None = None) -> list[Count]:
        """Count events by region, endpoint and type."""
        return self._store.counts(api_key)

    def keys(self) -> dict[str, int]:
        """Count exchanges by API key."""
        return self._store.keys()

    def clear(self, api_key: str) -> int:
        """Forget one key's exchanges; return how many there were."""
        with self._write_lock:
            return self._store.clear(api_key)

    def subscription(self, api_key: str) -> Subscription:
        """Tell what Pendo knows of a key."""
        return self._subscriptions.get(api_key, Subscription())

    def subscribe(self, api_key: str, subscription: Subscription) -> None:
        """Set what Pendo knows of a key."""
        self._subscriptions[api_key] = subscription

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def _judged(stored: Stored) -> Exchange:
    return replace(ingest(stored.envelope), id=stored.id, status=stored.status, fault=stored.fault, notes=stored.notes)
