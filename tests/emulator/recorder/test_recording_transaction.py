"""Transactions of several writers, and transactions that fail, on each database."""

import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context

import pytest
from msgspec.structs import replace

from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.errors import StoreError
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.database import LOCK_TIMEOUT
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from tests.emulator.recorder.sample_requests import LOAD, TRACK, beacon, record


def test_paging_by_id_misses_nothing_of_concurrent_writers(recorders):
    reader, writers, seen = recorders(), [recorders() for _ in range(3)], []
    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(lambda one: [record(one, beacon(LOAD)) for _ in range(30)], one) for one in writers]
        while not all(one.done() for one in writing):
            seen += [exchange.id for exchange in reader.read(Query(after=seen[-1] if seen else 0))]
    assert [len(one.result()) for one in writing] == [30, 30, 30]
    seen += [exchange.id for exchange in reader.read(Query(after=seen[-1]))]
    assert seen == list(range(1, 91))


def slowest(store_address, end):
    """Record without pause until a time; return the seconds of the slowest transaction."""
    slowest, exchange = 0.0, beacon(LOAD)
    with closing(Recorder(Store(store_address), shared=True)) as recorder:
        while (began := time.monotonic()) < end:
            record(recorder, exchange)
            slowest = max(slowest, time.monotonic() - began)
    return slowest


def test_busy_processes_share_the_write_lock_fairly(store_address):
    Store(store_address).close()
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        assert max(pool.map(slowest, [store_address] * 3, [time.monotonic() + 4] * 3)) < 0.9 * LOCK_TIMEOUT


def test_failed_transaction_writes_nothing(recorder):
    with pytest.raises((StoreError, TypeError)):
        record(recorder, beacon(LOAD), replace(beacon(TRACK), envelope=replace_body(beacon(TRACK).envelope, object())))
    assert (recorder.count(Query()), recorder.keys()) == (0, {})
    assert record(recorder, beacon(LOAD))[0].id == 1


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_any_exception_ends_the_transaction_at_once(recorder, error):
    def fail():
        with recorder.transaction(1) as recording:
            recording.admit(beacon(LOAD))
            raise error

    with pytest.raises(error):
        fail()
    assert not recorder.access.lock.locked()
    assert record(recorder, beacon(LOAD))[0].id == 1


def test_failed_transaction_releases_the_store_while_its_error_is_referenced(recorder):
    bad = replace(beacon(TRACK), envelope=replace_body(beacon(TRACK).envelope, object()))
    with pytest.raises((StoreError, TypeError)) as failure:
        record(recorder, beacon(LOAD), bad)
    assert record(recorder, beacon(LOAD))[0].id == 1
    assert failure.tb is not None


def replace_body(envelope, body):
    return Envelope(envelope.method, envelope.url, envelope.headers, body, envelope.received_at)
