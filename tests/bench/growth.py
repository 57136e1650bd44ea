"""Growth: what a query costs in a small store and in one a thousand times as large."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corpus import KEY, generate
from msgspec.structs import replace

from pendo_emulator.exchange import ingest
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pendo_emulator.exchange import Exchange

HALF: Final = "half"
TEN: Final = 10
BATCH: Final = 1000
CALLS: Final = 30

QUERIES: Final[dict[str, Callable[[Recorder, str], Any]]] = {
    "page": lambda recorder, key: recorder.read(Query(api_key=key), TEN),
    "page of a type": lambda recorder, key: recorder.read(Query(api_key=key, type="load"), TEN),
    "count": lambda recorder, key: recorder.count(Query(api_key=key)),
    "counts": lambda recorder, key: recorder.counts(key),
    "wait": lambda recorder, key: recorder.wait(Query(api_key=key), 1, 1.0),
}


class Growth(NamedTuple):
    """A query of one key's exchanges: its microseconds in the small store and in the large one, round by round."""

    query: str
    exchanges: str
    small: list[float]
    large: list[float]


def compare_sizes(small: int, large: int, rounds: int) -> list[Growth]:
    """Fill two stores and ask both in turn, about keys with ten exchanges and about the one with half of all."""
    grown = [Growth(query, exchanges, [], []) for query in QUERIES for exchanges in ("ten", HALF)]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        stores = [_fill(Path(folder, f"{size}.sqlite3"), size) for size in (small, large)]
        for growth in grown * rounds:
            growth.small.append(_ask(stores[0], growth, small))
            growth.large.append(_ask(stores[1], growth, large))
        for store in stores:
            store.close()
    return grown


def _ask(recorder: Recorder, growth: Growth, size: int) -> float:
    return median(_took(QUERIES[growth.query], recorder, _key(growth, number, size)) for number in range(CALLS))


def _took(ask: Callable[[Recorder, str], Any], recorder: Recorder, key: str) -> float:
    began = time.perf_counter()
    ask(recorder, key)
    return (time.perf_counter() - began) * 1e6


def _key(growth: Growth, number: int, size: int) -> str:
    return HALF if growth.exchanges == HALF else _name(number * 7919, size)


def _fill(file: Path, size: int) -> Recorder:
    """Write so many exchanges in the store's own transactions; every second one is of one key."""
    store, exchanges = Store(file), _exchanges(size)
    for _ in range(0, size, BATCH):
        with store.journal.entry(BATCH) as entry:
            entry.write([next(exchanges).settled(entry.first_id + number, 200, "", ()) for number in range(BATCH)])
    return Recorder(store)


def _exchanges(size: int) -> Iterator[Exchange]:
    judged = [ingest(request.envelope()) for request in generate(400)]
    models = [exchange for exchange in judged if len(exchange.beacon.events) <= 2]
    for number in range(size):
        key, model = HALF if number % 2 else _name(number // 2, size), models[number % len(models)]
        envelope = replace(model.envelope, url=model.envelope.url.replace(KEY, key))
        yield replace(model, envelope=envelope, beacon=replace(model.beacon, api_key=key))


def _name(number: int, size: int) -> str:
    return f"key-{number % (size // 2 // TEN)}"
