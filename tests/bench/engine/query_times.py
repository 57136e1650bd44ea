"""Measures the time of queries in a small store and in a large store."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from pendo_contracts.judge import judge_request
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from tests.bench.beacon_corpus import KEY, generate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pendo_contracts.judged_request import JudgedRequest

LARGE_KEY: Final = "half"
SMALL_KEY_EXCHANGES: Final = 10
BATCH: Final = 1000
CALLS: Final = 30

QUERIES: Final[dict[str, Callable[[Recorder, str], Any]]] = {
    "page": lambda recorder, key: recorder.read(Query(api_key=key), SMALL_KEY_EXCHANGES),
    "page of a type": lambda recorder, key: recorder.read(Query(api_key=key, type="load"), SMALL_KEY_EXCHANGES),
    "count": lambda recorder, key: recorder.count(Query(api_key=key)),
    "counts": lambda recorder, key: recorder.counts(key),
    "wait": lambda recorder, key: recorder.wait(Query(api_key=key), 1, 1.0),
}


class QueryTimes(NamedTuple):
    """The times of a query in the small and in the large store, in microseconds, one for each round.

    `exchanges` says how many exchanges the queried key has: `ten`, or `half` of the store.
    """

    query: str
    exchanges: str
    small: list[float]
    large: list[float]


def measure_queries(small: int, large: int, rounds: int) -> list[QueryTimes]:
    """Fill two stores and query both alternately: keys with ten exchanges, and the key with half of all exchanges."""
    times = [QueryTimes(query, exchanges, [], []) for query in QUERIES for exchanges in ("ten", LARGE_KEY)]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        small_store, large_store = (_fill(Path(folder, f"{size}.sqlite3"), size) for size in (small, large))
        for one in times * rounds:
            one.small.append(_median_time(small_store, one, small))
            one.large.append(_median_time(large_store, one, large))
        small_store.close()
        large_store.close()
    return times


def _median_time(recorder: Recorder, times: QueryTimes, size: int) -> float:
    return median(_time(QUERIES[times.query], recorder, _queried_key(times, call, size)) for call in range(CALLS))


def _time(query: Callable[[Recorder, str], Any], recorder: Recorder, key: str) -> float:
    started = time.perf_counter()
    query(recorder, key)
    return (time.perf_counter() - started) * 1e6


def _queried_key(times: QueryTimes, call: int, size: int) -> str:
    return LARGE_KEY if times.exchanges == LARGE_KEY else _small_key(call * 7919, size)


def _fill(file: Path, size: int) -> Recorder:
    """Record exchanges in a new store; every second one has the key LARGE_KEY."""
    recorder, requests = Recorder(Store(file)), _requests(size)
    responder = Responder(recorder)
    for _ in range(0, size, BATCH):
        responder.respond([next(requests) for _ in range(BATCH)])
    return recorder


def _requests(size: int) -> Iterator[JudgedRequest]:
    judged = [judge_request(request.envelope()) for request in generate(400)]
    models = [request for request in judged if len(request.beacon.events) <= 2]
    for number in range(size):
        key = LARGE_KEY if number % 2 else _small_key(number // 2, size)
        model = models[number % len(models)]
        envelope = replace(model.envelope, url=model.envelope.url.replace(KEY, key))
        yield replace(model, envelope=envelope, beacon=replace(model.beacon, api_key=key))


def _small_key(number: int, size: int) -> str:
    return f"key-{number % (size // 2 // SMALL_KEY_EXCHANGES)}"
