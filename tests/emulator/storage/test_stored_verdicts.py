"""Stored verdicts, and verdicts that are reconstructed for exchanges of stores that did not contain them."""

import pytest
import requests

from pendo_contracts.judge import judge
from pendo_contracts.verdict import Verdict, Violation
from pendo_contracts.wire import jzb
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.storage.stored_verdicts import ALL_KEPT, NOT_STORED, decode_verdicts, encode_verdicts, judge_again

BROKEN = (Violation("load", "/properties/url/type", "/url", "not \ud800 text", "send text"),)
REQUEST, LOAD, TRACK = (
    Verdict("request", "beacon-request", None),
    Verdict("load", "load", 0),
    Verdict("track", "track", 1),
)


def broken(verdict, violations=BROKEN):
    return Verdict(verdict.subject, verdict.contract, verdict.index, violations)


def beacon(*types):
    packed = jzb.encode([{"type": name} for name in types])
    return from_envelope(Envelope("GET", f"https://data.pendo.io/data/ptm.gif/k?jzb={packed}", {}, b"", 0))


@pytest.fixture
def kept():
    """Return the verdicts on a beacon that keeps every contract."""
    return decode_verdicts(ALL_KEPT, beacon("load", "track"))


def test_kept_request_has_a_verdict_for_each_event(kept):
    assert [(verdict.subject, verdict.index, verdict.kept) for verdict in kept] == [
        ("request", None, True),
        ("load", 0, True),
        ("track", 1, True),
    ]


def test_broken_verdicts_are_read_as_written(kept):
    request, load, track = kept
    for verdicts in (
        (broken(request), load, track),
        (request, broken(load), broken(track)),
        (request, load, broken(track)),
    ):
        assert decode_verdicts(encode_verdicts(verdicts), beacon("load", "track")) == verdicts


def test_equal_violations_are_stored_once(kept):
    request, load, _ = kept
    text = encode_verdicts((request, *(broken(load) for _ in range(1000))))
    assert text.count("send text") == 1


def test_violations_of_events_that_no_longer_decode_break_the_request(kept):
    request, load, track = kept
    text = encode_verdicts((request, load, broken(track)))
    assert decode_verdicts(text, beacon("load")) == (broken(request), load)


@pytest.mark.parametrize(
    ("good", "kept", "today", "expected"),
    [
        (True, (True, True), (REQUEST, LOAD, TRACK), (REQUEST, LOAD, TRACK)),
        (True, (True, True), (broken(REQUEST), LOAD, broken(TRACK)), (REQUEST, LOAD, TRACK)),
        (False, (True, False), (REQUEST, LOAD, broken(TRACK)), (REQUEST, LOAD, broken(TRACK))),
        (False, (True, False), (REQUEST, broken(LOAD), TRACK), (REQUEST, LOAD, broken(TRACK, (NOT_STORED,)))),
        (False, (True, True), (REQUEST, LOAD, TRACK), (broken(REQUEST, (NOT_STORED,)), LOAD, TRACK)),
        (False, (True, True), (broken(REQUEST), LOAD, broken(TRACK)), (broken(REQUEST), LOAD, TRACK)),
        (False, (), (REQUEST,), (broken(REQUEST, (NOT_STORED,)),)),
        (True, (True,), (REQUEST, LOAD, broken(TRACK)), (REQUEST, LOAD, TRACK)),
    ],
)
def test_stored_result_takes_precedence_over_todays_contracts(good, kept, today, expected):
    assert judge_again(beacon("load", "track"), kept, good=good, judge=lambda _: today) == expected


def test_exchange_without_stored_result_is_judged_by_todays_contracts():
    request = beacon("load", "track")
    assert judge_again(request, (False, False), good=False) == judge(request)


def test_warnings_are_read_as_written(kept):
    request, load, track = kept
    warned = Verdict(load.subject, load.contract, load.index, (), BROKEN)
    both = Verdict(track.subject, track.contract, track.index, BROKEN, (BROKEN[0], NOT_STORED))
    for verdicts in ((request, warned, track), (request, warned, both), (request, load, both)):
        assert decode_verdicts(encode_verdicts(verdicts), beacon("load", "track")) == verdicts
    assert encode_verdicts(kept) == ALL_KEPT
    (only,) = decode_verdicts(encode_verdicts((request, warned, both)), beacon())
    assert (only.violations, only.warnings) == (BROKEN, (*BROKEN, *BROKEN, NOT_STORED))


def test_exchange_of_a_newer_agent_is_restored_with_its_warnings(pendo, beacon_path):
    path = beacon_path(pendo.api_key, viewport=1).replace("2.291.4", "2.292.0")
    requests.get(pendo.host_url("data.pendo.io") + path, timeout=30)
    (exchange,) = pendo.exchanges()
    assert exchange.good
    assert [len(verdict.warnings) for verdict in exchange.verdicts] == [0, 1]
    assert [group.first.severity for group in pendo.findings()] == ["warning"]
