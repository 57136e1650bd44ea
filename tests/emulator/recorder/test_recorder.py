"""The recorder on each database: the same queries give the same answers."""

import itertools
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from pendo_contracts.judge import judge_request
from pendo_contracts.verdict import Verdict, Violation
from pendo_contracts.wire.beacon import KEY_LIMIT
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.exchange import reject
from pendo_emulator.faults.fault import Fault
from pendo_emulator.storage.event_index import TYPE_LIMIT
from pendo_emulator.storage.query import PAGE_BYTES, Query
from pendo_emulator.subscription import Subscription
from tests.emulator.recorder.sample_requests import LOAD, TRACK, beacon, record

STRANGE = "a\0b\ud800c"


def test_exchanges_are_read_as_recorded(recorder):
    first, second = record(recorder, beacon(LOAD), beacon(LOAD | {"visitor_id": 7}))
    assert recorder.read(Query()) == [first, second]
    assert [exchange.where for exchange in (first, second)] == ["exchange 1", "exchange 2"]
    assert (first.id, first.status, first.good, second.id, second.good) == (1, 200, True, 2, False)


def test_path_without_a_contract_stays_bad_if_bad_on_arrival(recorder):
    request = judge_request(Envelope("GET", "https://cdn.pendo.io/guide-content/a.css", {}, b"", 7))
    reason = Violation("wire", "path", "", "Pendo has no path /guide-content/a.css", "send to another path")
    earlier_bad = replace(
        request, verdicts=(replace_reasons(request.verdicts[0], (reason,)),), good=False, not_judged=""
    )
    exchanges = record(recorder, request, earlier_bad, reject(request, "connections"))
    assert [exchange.verdict for exchange in exchanges] == ["not-judged", "bad", "bad"]
    assert [exchange.verdict for exchange in recorder.read(Query())] == ["not-judged", "bad", "bad"]
    assert [exchange.status for exchange in exchanges][::2] == [404, 503]


def test_exchanges_keep_the_verdicts_from_their_arrival(recorder):
    """The requests have verdicts of other contracts than today's, as if they had arrived at an earlier version."""
    kept, broken = beacon(LOAD, TRACK), beacon(LOAD | {"visitor_id": 7}, TRACK)
    reasons = (Violation("load", "/required", "/visitor_id", "now \ud800 unknown", "send it"),)
    earlier_broken = replace(
        kept, verdicts=(*kept.verdicts[:2], replace_reasons(kept.verdicts[2], reasons)), good=False
    )
    earlier_kept = replace(broken, verdicts=tuple(replace_reasons(v, ()) for v in broken.verdicts), good=True)
    exchanges = record(recorder, earlier_broken, earlier_kept)
    assert recorder.read(Query()) == exchanges
    assert [exchange.id for exchange in recorder.read(Query(good=False))] == [1]
    assert [stored.verdicts for stored in recorder.store.read_all(Query(good=True))] == [""]
    assert recorder.count(Query(good=False)) == 1
    assert [(row.type, row.received, row.broken) for row in recorder.counts()] == [("load", 2, 0), ("track", 2, 1)]


def replace_reasons(verdict, violations):
    return Verdict(verdict.subject, verdict.contract, verdict.index, violations)


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
def test_query_filters_pages_and_counts(recorder, filters, found, counted):
    record(
        recorder,
        beacon(LOAD),
        beacon(LOAD, TRACK, LOAD | {"visitor_id": "v2"}, host="data.eu.pendo.io"),
        beacon(LOAD | {"visitor_id": STRANGE, "sequence": -1, "account_id": None}),
        beacon(7, api_key="other", endpoint="guide.gif"),
    )
    assert [exchange.id for exchange in recorder.read(Query(**filters))] == found
    assert recorder.count(Query(**filters)) == counted


def test_page_size_in_bytes_is_bounded(recorder):
    body = b" " * (PAGE_BYTES // 3)
    request = judge_request(Envelope("POST", "http://data.pendo.io/data/errorlog", {}, body, 7))
    record(recorder, *[request] * 13)
    assert [x.id for x in recorder.read(Query())] == [1, 2, 3]
    assert [x.id for x in recorder.read_all(Query())] == list(range(1, 14))


def test_long_event_type_is_cut_for_the_index(recorder):
    kind = "".join(map(chr, range(0x4E00, 0x4E00 + 9000)))
    exchanges = record(recorder, beacon(LOAD | {"type": kind}, api_key="k" * KEY_LIMIT))
    assert [count.type for count in recorder.counts()] == [kind[:TYPE_LIMIT]]
    recorder.active_keys.delete_others([(exchange.id, exchange.beacon.api_key) for exchange in exchanges])
    assert recorder.counts() == []


def test_query_from_now_on_ignores_earlier_events(recorder):
    record(recorder, beacon(LOAD), beacon(LOAD))
    query = recorder.from_now_on(Query(api_key="k", type="load"))
    recorder.clear("k")
    record(recorder, beacon(LOAD))
    assert recorder.count(query) == 1


def test_consecutive_pages_contain_every_exchange(recorder):
    record(recorder, *(beacon(LOAD) for _ in range(7)))
    pages = [[exchange.id for exchange in recorder.read(Query(after=after), 3)] for after in (0, 3, 6)]
    assert pages == [[1, 2, 3], [4, 5, 6], [7]]


def test_events_are_counted_by_type_and_requests_by_key(recorder):
    record(recorder, beacon(LOAD, TRACK), beacon(LOAD | {"visitor_id": 7}), beacon(LOAD, api_key="other"))
    assert [(row.type, row.received, row.broken) for row in recorder.counts("k")] == [("load", 2, 1), ("track", 1, 0)]
    assert recorder.keys() == {"k": 2, "other": 1}


def test_clearing_a_key_keeps_other_keys(recorder):
    record(recorder, beacon(LOAD), beacon(LOAD), beacon(LOAD, api_key="other"))
    assert (recorder.clear("k"), recorder.keys(), recorder.counts("k")) == (2, {"other": 1}, [])
    assert [exchange.id for exchange in record(recorder, beacon(LOAD))] == [4]


def test_same_filters_find_webhook_and_agent_events(recorder):
    segment = {"type": "track", "event": "E", "userId": "u", "messageId": "m", "timestamp": "2026-01-02T03:04:05.678Z"}
    url = "http://data.pendo.io/data/segmentio/k"
    record(recorder, judge_request(Envelope("POST", url, {}, json.dumps(segment).encode(), 7)))
    assert recorder.count(Query(type="track", name="E", visitor_id="u")) == 1


def test_fault_is_counted_across_processes(recorders):
    several = [recorders() for _ in range(3)]
    several[0].settings.add_faults("k", [Fault(effects={"status": 503}, times=20)])
    with ThreadPoolExecutor(3) as pool:
        statuses = pool.map(lambda one: [record(one, beacon(LOAD))[0].status for _ in range(20)], several)
    assert Counter(itertools.chain(*statuses)) == {200: 40, 503: 20}
    assert [(active.matched, active.applied) for active in several[2].settings.get("k").faults.active] == [(60, 20)]


def test_subscription_is_seen_by_other_processes(recorders):
    one, other = recorders(), recorders()
    one.settings.subscribe("k", Subscription(region="eu"))
    assert other.settings.get("k").subscription == Subscription(region="eu")
    assert "belongs to region eu" in record(other, beacon(LOAD))[0].notes[0]


def test_wait_sees_exchanges_of_another_process(recorders):
    one, other = recorders(), recorders()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(one.wait, Query(api_key="k", type="track"), 2, 20)
        record(other, beacon(TRACK), beacon(TRACK))
        assert waiting.result() == 2


def test_deleting_exchanges_reduces_the_counts(recorder):
    exchanges = record(recorder, beacon(LOAD, TRACK), beacon(LOAD | {"visitor_id": 7}), beacon(LOAD, api_key="other"))
    recorder.active_keys.delete_others([(exchange.id, exchange.beacon.api_key) for exchange in exchanges[:2]])
    assert (recorder.keys(), recorder.counts("k"), recorder.count(Query(type="load"))) == ({"other": 1}, [], 1)


def test_lone_surrogates_in_method_and_headers_are_recorded(recorder):
    headers = {"host": "data.pendo.io", "x-\ud800": "\udfff"}
    for method in ("GET", "\ud800"):
        record(recorder, judge_request(Envelope(method, beacon(LOAD).envelope.url, headers, b"", 7)))
    record(recorder, judge_request(Envelope("\ud800", "", headers, b"", 7)))
    good, broken, without_url = recorder.read(Query())
    assert (good.good, dict(good.envelope.headers)) == (True, {"host": "data.pendo.io", "x-?": "?"})
    assert (broken.good, broken.envelope.method) == (False, "?")
    assert without_url.envelope.method == "?"
