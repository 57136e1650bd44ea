"""Live checks read each exchange once, and give the findings of a check of all exchanges."""

import json

import pytest

from pendo_contracts.rules.rule_settings import RuleSettings
from pendo_emulator.recorder.live_check import LiveCheck, LiveChecks
from pendo_emulator.storage.query import Query
from tests.emulator.recorder.sample_requests import LOAD, TRACK, beacon, record


def event(sequence, **members):
    """Return a track event of one page."""
    return {**TRACK, "sequence": sequence, "browser_time": TRACK["browser_time"] + sequence, **members}


def counts(report):
    return {group.rule: group.count for group in report.findings}


@pytest.fixture
def reports(recorder):
    """Return a function that reports on a key."""
    checks = LiveChecks(recorder.store)
    yield lambda api_key="k": checks.report(api_key)
    checks.close()


def test_each_exchange_is_counted_once(recorder, reports):
    record(recorder, beacon(event(0, visitor_id="null")))
    assert counts(reports()) == counts(reports()) == {"junk-id": 1}
    record(recorder, beacon(event(1, visitor_id="null")), beacon(event(2, visitor_id="null")))
    assert (reports().requests, counts(reports())) == (3, {"junk-id": 3})


def test_finding_of_the_end_disappears_when_the_missing_event_arrives(recorder, reports):
    record(recorder, beacon(event(0)), beacon(event(2)))
    assert counts(reports()) == counts(reports()) == {"events-missing": 1}
    record(recorder, beacon(event(1)))
    assert counts(reports()) == {}


def test_finding_that_compares_exchanges_has_the_event_that_it_names(recorder, reports):
    record(recorder, beacon(event(0, visitor_id="ada")), beacon(event(1, visitor_id="Ada")))
    for _ in range(2):
        (group,) = (one for one in reports().findings if one.rule == "id-twins")
        assert json.loads(group.example)["visitor_id"] == group.first.visitor_id == "Ada"


def test_report_does_not_change_later(recorder, reports):
    record(recorder, beacon(event(0, visitor_id="null")))
    report = reports()
    record(recorder, beacon(event(1, visitor_id="null")))
    reports()
    assert (report.requests, counts(report)) == (1, {"junk-id": 1})


def test_keys_are_checked_separately_and_together(recorder, reports):
    record(recorder, beacon(event(0), api_key="a"), beacon(event(1, visitor_id="null"), api_key="b"))
    assert (counts(reports("a")), counts(reports("b")), counts(reports(None))) == ({}, {"junk-id": 1}, {"junk-id": 1})


@pytest.mark.parametrize("asked", ["k", None])
def test_check_starts_again_after_a_key_was_cleared_by_another_process(recorder, recorders, reports, asked):
    record(recorder, beacon(event(0, visitor_id="null")), beacon(event(0), api_key="other"))
    assert counts(reports(asked)) == {"junk-id": 1}
    recorders().clear("k")
    assert (reports("k").requests, counts(reports(asked))) == (0, {})
    record(recorder, beacon(event(0, visitor_id="null")))
    assert (reports("k").requests, counts(reports(asked))) == (1, {"junk-id": 1})


def test_clearing_a_key_does_not_restart_the_check_of_another(recorder, reports):
    record(recorder, beacon(event(0, visitor_id="null")))
    reports()
    recorder.active_keys.delete_others([(1, "k")])
    recorder.clear("other")
    assert counts(reports()) == {"junk-id": 1}


def test_check_starts_again_if_the_store_may_have_forgotten_that_the_key_was_cleared(recorder, recorders, reports):
    record(recorder, beacon(event(0, visitor_id="null")))
    reports()
    other = recorders()
    other.clear("k")
    with other.access.transaction() as transaction:
        for _ in range(10_000):
            transaction.set_key_settings([])
        transaction.clear("other")
    assert counts(reports()) == {}


def test_findings_remain_after_retention_deleted_their_exchanges(recorder, reports):
    record(recorder, beacon(event(0, visitor_id="null")), beacon(event(1, visitor_id="null")))
    reports()
    recorder.active_keys.delete_others([(1, "k"), (2, "k")])
    record(recorder, beacon(event(2, visitor_id="null")))
    assert (reports().requests, counts(reports())) == (3, {"junk-id": 3})


def test_processes_with_one_store_find_the_same(recorders):
    first, second = recorders(), recorders()
    for sequence in range(6):
        record((first, second)[sequence % 2], beacon(event(sequence, visitor_id="null")))
        expected = counts(LiveCheck(first.store, Query(api_key="k")).report())
        assert counts(first.live_checks.report("k")) == counts(second.live_checks.report("k")) == expected


@pytest.mark.parametrize("limit", [{"max_checks": 1}, {"max_entries": 0}, {"max_entries": 12}], ids=str)
def test_least_recently_used_check_is_built_again(recorder, limit):
    checks = LiveChecks(recorder.store, **limit)
    for number in range(3):
        record(recorder, beacon(event(number, visitor_id="null"), api_key="a"), beacon(event(number), api_key="b"))
        assert counts(checks.report("a")) == {"junk-id": number + 1}
        assert counts(checks.report("b")) == {}
    checks.close()


@pytest.mark.parametrize(("limit", "remaining"), [(100, 0), (10_000, 1)])
def test_check_with_many_visitors_of_one_request_is_dropped(recorder, limit, remaining):
    visitors = [event(0, frameId=f"frame{number:012}", visitor_id=f"v{number}") for number in range(100)]
    record(recorder, beacon(*visitors, api_key="a"), beacon(event(0), api_key="b"))
    checks = LiveChecks(recorder.store, max_entries=limit)
    assert [checks.report(api_key).requests for api_key in "ab"] == [1, 1]
    recorder.active_keys.delete_others([(1, "a")])
    assert checks.report("a").requests == remaining
    checks.close()


@pytest.mark.parametrize(("max_in_memory", "entries"), [(None, 9), (1, 7)])
def test_entries_in_memory_are_ids_findings_and_hosts(recorder, max_in_memory, entries):
    settings = RuleSettings(names=frozenset({"id-twins"}), max_in_memory=max_in_memory)
    check = LiveCheck(recorder.store, Query(api_key="k"), settings)
    assert check.entries == 0
    record(recorder, beacon(*(event(number, visitor_id=name) for number, name in enumerate(("v1", "v2", "V1")))))
    assert counts(check.report()) == {"id-twins": 1}
    assert check.entries == entries
    check.close()
    assert check.entries == 0


def test_state_in_a_file_gives_the_same_findings(recorder):
    pages = [
        event(sequence, frameId=f"frame{page:012}", account_id=None if page % 3 else "a1", visitor_id=f"v{page % 2}")
        for sequence in (0, 2, 3)
        for page in range(7)
    ]
    small = LiveCheck(recorder.store, Query(api_key="k"), RuleSettings(max_in_memory=2))
    for request in pages:
        record(recorder, beacon(request))
        assert counts(small.report()) == counts(LiveCheck(recorder.store, Query(api_key="k")).report())
    assert "events-missing" in counts(small.report())
    small.close()


def test_closed_check_starts_again(recorder):
    check = LiveCheck(recorder.store, Query(api_key="k"))
    record(recorder, beacon({**LOAD, "visitor_id": "null"}))
    for _ in range(2):
        assert counts(check.report()) == {"junk-id": 1}
        check.close()


def test_check_begins_after_the_exchange_of_its_query(recorder):
    record(recorder, beacon(event(0, visitor_id="null")))
    check = LiveCheck(recorder.store, recorder.from_now_on(Query()))
    record(recorder, beacon(event(1)))
    assert (check.report().requests, counts(check.report())) == (1, {})
    check.close()
