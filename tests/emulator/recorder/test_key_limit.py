"""The limit of API keys, and keys in use, on each database."""

from contextlib import closing

from pendo_emulator.limits import Limits, Retention
from pendo_emulator.storage.query import Query
from tests.emulator.recorder.sample_requests import LOAD, beacon, record


def test_request_over_the_key_limit_is_recorded_without_its_key(recorders):
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


def test_key_limit_holds_within_one_transaction(recorders):
    exchanges = record(recorders(limits=Limits(keys=2)), *(beacon(LOAD, api_key=key) for key in "abcab"))
    assert [exchange.status for exchange in exchanges] == [200, 200, 429, 200, 200]


def test_after_a_key_is_deleted_another_key_is_accepted(recorders):
    one, other = (recorders(limits=Limits(keys=1)) for _ in range(2))
    exchanges = record(one, beacon(LOAD)) + record(other, beacon(LOAD))
    one.active_keys.delete_others([(exchange.id, "k") for exchange in exchanges])
    for recorder in (one, other):
        recorder.access.reload_keys()
        assert record(recorder, beacon(LOAD, api_key="second"))[0].status == 200


def test_key_of_another_process_is_accepted_at_the_limit(recorders):
    one, other = (recorders(limits=Limits(keys=2)) for _ in range(2))
    record(one, beacon(LOAD, api_key="a"))
    record(other, beacon(LOAD, api_key="b"))
    record(one, beacon(LOAD, api_key="c"))
    assert record(one, beacon(LOAD, api_key="b"))[0].status == 200
    assert record(one, beacon(LOAD, api_key="d"))[0].status == 429


def test_key_in_use_is_not_deleted(recorders):
    recorder = recorders(limits=Limits(retention=Retention(exchanges=1)))
    exchanges = record(recorder, beacon(LOAD), beacon(LOAD, api_key="other"))
    recorder.active_keys.mark_in_use("k")
    recorder.active_keys.delete_others([(exchange.id, exchange.beacon.api_key) for exchange in exchanges])
    assert recorder.keys() == {"k": 1}


def test_key_in_use_is_written_once_a_minute(recorders):
    recorder = recorders(limits=Limits(retention=Retention(exchanges=1)), clock=lambda: 1000.0)
    recorder.active_keys.mark_in_use("k")
    recorder.active_keys.mark_in_use("k")
    with closing(recorder.store.database.connect()) as connection:
        assert connection.execute("SELECT * FROM active_keys").fetchall() == [("k", 1_000_000)]
