"""The recorder on each kind of database: the same queries have the same answers."""

import itertools
import json
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from multiprocessing import get_context

import pytest

from pendo_contracts import jzb
from pendo_contracts.beacon import KEY_LIMIT
from pendo_contracts.envelope import Envelope
from pendo_emulator.exchange import ingest
from pendo_emulator.faults.fault import Fault
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.limits import Limits
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.retention import Retention
from pendo_emulator.storage.database import LOCK_PATIENCE, StoreError
from pendo_emulator.storage.query import PAGE_BYTES, Query
from pendo_emulator.storage.rows import TYPE_LIMIT
from pendo_emulator.storage.store import Store
from pendo_emulator.subscription import Subscription

LOAD = {
    "type": "load", "browser_time": 1795376101244, "visitor_id": "v1", "account_id": "a1",
    "url": "https://app.example/", "props": {"load_time": 284.3}, "parentTabId": None, "tabId": "QLNwO3VnijXxcKFX",
    "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {"channel": "Direct"}, "sequence": 0,
    "bytes": 320,
}  # fmt: skip
TRACK = {name: LOAD[name] for name in LOAD if name != "utm"} | {
    "type": "track",
    "track_event_name": "Signed Up",
    "props": {},
}
STRANGE = "a\0b\ud800c"


def beacon(*events, api_key="k", host="data.pendo.io", endpoint="ptm.gif"):
    query = f"v=2.291.4_prod&ct=1795376101259&jzb={jzb.encode(list(events))}"
    return ingest(Envelope("GET", f"http://{host}/data/{endpoint}/{api_key}?{query}", {"host": host}, b"", 7))


@pytest.fixture
def recorders(address):
    """Open recorders of one store, as several processes would."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(closing(Recorder(Store(address), shared=True, **options)))


@pytest.fixture
def recorder(recorders):
    return recorders()


def record(recorder, *exchanges):
    return [reply.exchange for reply in Responder(recorder).receive(exchanges)]


def test_what_is_read_is_what_was_recorded(recorder):
    first, second = record(recorder, beacon(LOAD), beacon(LOAD | {"visitor_id": 7}))
    assert recorder.read(Query()) == [first, second]
    assert (first.id, first.status, first.good, second.id, second.good) == (1, 200, True, 2, False)


@pytest.mark.parametrize(
    ("filters", "found", "counted"),
    [
        ({}, [1, 2, 3, 4], 4),
        ({"api_key": "k"}, [1, 2, 3], 3),
        ({"region": "eu"}, [2], 1),
        ({"endpoint": "guide.gif"}, [4], 1),
        ({"endpoint": "/nothing"}, [], 0),
        ({"good": False}, [3, 4], 2),
        ({"good": True, "api_key": "k"}, [1, 2], 2),
        ({"type": "load"}, [1, 2, 3], 4),
        ({"type": "load", "good": False}, [3], 1),
        ({"type": "track", "name": "Signed Up"}, [2], 1),
        ({"type": "load", "name": "Signed Up"}, [], 0),
        ({"visitor_id": "v2"}, [2], 1),
        ({"account_id": "a1", "region": "eu"}, [2], 3),
        ({"visitor_id": "a\ufffdb?c"}, [3], 1),
        ({"after": 2}, [3, 4], 2),
        ({"after": 1, "type": "load"}, [2, 3], 3),
    ],
)
def test_a_query_finds_exchanges_and_counts_them_or_their_events(recorder, filters, found, counted):
    record(
        recorder,
        beacon(LOAD),
        beacon(LOAD, TRACK, LOAD | {"visitor_id": "v2"}, host="data.eu.pendo.io"),
        beacon(LOAD | {"visitor_id": STRANGE, "sequence": -1, "account_id": None}),
        beacon(7, api_key="other", endpoint="guide.gif"),
    )
    assert [exchange.id for exchange in recorder.read(Query(**filters))] == found
    assert recorder.count(Query(**filters)) == counted


def test_a_page_is_no_larger_than_so_many_bytes_and_the_next_goes_on(recorder):
    body = b" " * (PAGE_BYTES // 3)
    record(recorder, *(ingest(Envelope("POST", "http://data.pendo.io/data/errorlog", {}, body, 7)) for _ in range(13)))
    assert [x.id for x in recorder.read(Query())] == [1, 2, 3]
    assert [x.id for x in recorder.read_all(Query())] == list(range(1, 14))


def test_what_somebody_calls_an_event_fits_into_the_index(recorder):
    kind = "".join(map(chr, range(0x4E00, 0x4E00 + 9000)))
    exchanges = record(recorder, beacon(LOAD | {"type": kind}, api_key="k" * KEY_LIMIT))
    assert [count.type for count in recorder.counts()] == [kind[:TYPE_LIMIT]]
    recorder.forget([(exchange.id, exchange.beacon.api_key) for exchange in exchanges])
    assert recorder.counts() == []


def test_who_asks_only_for_what_comes_is_told_of_nothing_that_came(recorder):
    record(recorder, beacon(LOAD), beacon(LOAD))
    query = recorder.from_now_on(Query(api_key="k", type="load"))
    recorder.clear("k")
    record(recorder, beacon(LOAD))
    assert recorder.count(query) == 1


def test_pages_follow_each_other_without_gap(recorder):
    record(recorder, *(beacon(LOAD) for _ in range(7)))
    pages = [[exchange.id for exchange in recorder.read(Query(after=after), 3)] for after in (0, 3, 6)]
    assert pages == [[1, 2, 3], [4, 5, 6], [7]]


def test_counts_are_by_region_endpoint_and_type_and_keys_by_requests(recorder):
    record(recorder, beacon(LOAD, TRACK), beacon(LOAD | {"visitor_id": 7}), beacon(LOAD, api_key="other"))
    assert [(row.type, row.received, row.broken) for row in recorder.counts("k")] == [("load", 2, 1), ("track", 1, 0)]
    assert recorder.keys() == {"k": 2, "other": 1}


def test_clearing_a_key_leaves_the_others(recorder):
    record(recorder, beacon(LOAD), beacon(LOAD), beacon(LOAD, api_key="other"))
    assert (recorder.clear("k"), recorder.keys(), recorder.counts("k")) == (2, {"other": 1}, [])
    assert [exchange.id for exchange in record(recorder, beacon(LOAD))] == [4]


def test_the_index_says_what_the_beacon_does_however_it_is_spelt(recorder):
    segment = {"type": "track", "event": "E", "userId": "u", "messageId": "m", "timestamp": "2026-01-02T03:04:05.678Z"}
    url = "http://data.pendo.io/data/segmentio/k"
    record(recorder, ingest(Envelope("POST", url, {}, json.dumps(segment).encode(), 7)))
    assert recorder.count(Query(type="track", name="E", visitor_id="u")) == 1


def test_a_fault_strikes_as_often_as_it_should_whoever_receives(recorders):
    several = [recorders() for _ in range(3)]
    several[0].add_faults("k", [Fault(effects={"status": 503}, times=20)])
    with ThreadPoolExecutor(3) as pool:
        statuses = pool.map(lambda one: [record(one, beacon(LOAD))[0].status for _ in range(20)], several)
    assert Counter(itertools.chain(*statuses)) == {200: 40, 503: 20}
    assert [(active.seen, active.struck) for active in several[2].key_settings("k").faults.active] == [(60, 20)]


def test_a_subscription_is_known_to_all(recorders):
    one, other = recorders(), recorders()
    one.subscribe("k", Subscription(region="eu"))
    assert other.key_settings("k").subscription == Subscription(region="eu")
    assert "belongs to region eu" in record(other, beacon(LOAD))[0].notes[0]


def test_whoever_reads_by_number_misses_none_however_many_write(recorders):
    reader, writers, seen = recorders(), [recorders() for _ in range(3)], []
    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(lambda one: [record(one, beacon(LOAD)) for _ in range(30)], one) for one in writers]
        while not all(one.done() for one in writing):
            seen += [exchange.id for exchange in reader.read(Query(after=seen[-1] if seen else 0))]
    assert [len(one.result()) for one in writing] == [30, 30, 30]
    seen += [exchange.id for exchange in reader.read(Query(after=seen[-1]))]
    assert seen == list(range(1, 91))


def slowest(address, end):
    """Record as fast as possible until then; give the seconds that the slowest took."""
    slowest, exchange = 0.0, beacon(LOAD)
    with closing(Recorder(Store(address), shared=True)) as recorder:
        while (began := time.monotonic()) < end:
            record(recorder, exchange)
            slowest = max(slowest, time.monotonic() - began)
    return slowest


def test_among_processes_that_never_rest_each_has_its_turn(address):
    Store(address).close()
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        assert max(pool.map(slowest, [address] * 3, [time.monotonic() + 4] * 3)) < 0.9 * LOCK_PATIENCE


def test_waiting_ends_with_what_another_process_recorded(recorders):
    one, other = recorders(), recorders()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(one.wait, Query(api_key="k", type="track"), 2, 20)
        record(other, beacon(TRACK), beacon(TRACK))
        assert waiting.result() == 2


def test_too_many_keys_are_refused_and_recorded_as_nobody_s(recorders):
    recorder = recorders(limits=Limits(keys=1))
    exchanges = record(
        recorder,
        beacon(LOAD),
    ) + record(recorder, beacon(LOAD, api_key="second"), beacon(LOAD))
    assert [(x.status, x.beacon.api_key, x.good) for x in exchanges] == [
        (200, "k", True),
        (429, "", False),
        (200, "k", True),
    ]
    assert recorder.read(Query(good=False)) == [exchanges[1]]
    assert recorder.read(Query(good=False))[0].beacon.decode_errors[0].rule == "keys"


def test_a_key_that_is_forgotten_makes_room_for_another_whoever_recorded_it(recorders):
    one, other = (recorders(limits=Limits(keys=1)) for _ in range(2))
    exchanges = record(one, beacon(LOAD)) + record(other, beacon(LOAD))
    one.forget([(exchange.id, "k") for exchange in exchanges])
    for recorder in (one, other):
        recorder.recount()
        assert record(recorder, beacon(LOAD, api_key="second"))[0].status == 200


def test_a_key_that_others_recorded_is_known_when_there_is_no_room_for_more(recorders):
    one, other = (recorders(limits=Limits(keys=2)) for _ in range(2))
    record(one, beacon(LOAD, api_key="a"))
    record(other, beacon(LOAD, api_key="b"))
    record(one, beacon(LOAD, api_key="c"))
    assert record(one, beacon(LOAD, api_key="b"))[0].status == 200
    assert record(one, beacon(LOAD, api_key="d"))[0].status == 429


def test_nothing_is_forgotten_of_a_key_that_came_under_test_meanwhile(recorders):
    recorder = recorders(limits=Limits(retention=Retention(exchanges=1)))
    exchanges = record(recorder, beacon(LOAD), beacon(LOAD, api_key="other"))
    recorder.mark_in_use("k")
    recorder.forget([(exchange.id, exchange.beacon.api_key) for exchange in exchanges])
    assert recorder.keys() == {"k": 1}


def test_forgetting_takes_off_the_tallies_what_it_deletes(recorder):
    exchanges = record(recorder, beacon(LOAD, TRACK), beacon(LOAD | {"visitor_id": 7}), beacon(LOAD, api_key="other"))
    recorder.forget([(exchange.id, exchange.beacon.api_key) for exchange in exchanges[:2]])
    assert (recorder.keys(), recorder.counts("k"), recorder.count(Query(type="load"))) == ({"other": 1}, [], 1)


def test_a_key_under_test_is_protected_once_a_minute(recorders, address):
    recorder = recorders(limits=Limits(retention=Retention(exchanges=1)), clock=lambda: 1000.0)
    recorder.mark_in_use("k")
    recorder.mark_in_use("k")
    with closing(Store(address)) as store, store.writer.entry() as entry:
        entry._cursor.execute("SELECT * FROM tests")
        assert entry._cursor.fetchall() == [("k", 1_000_000)]


def test_an_exchange_that_cannot_be_written_is_not_half_written(recorder):
    with pytest.raises((StoreError, TypeError)):
        record(recorder, beacon(LOAD), replace_body(beacon(TRACK), object()))
    assert (recorder.count(Query()), recorder.keys()) == (0, {})
    assert record(recorder, beacon(LOAD))[0].id == 1


def replace_body(exchange, body):
    envelope = exchange.envelope
    broken = Envelope(envelope.method, envelope.url, envelope.headers, body, envelope.received_at)
    return type(exchange)(broken, exchange.beacon, exchange.verdicts, exchange.good)
