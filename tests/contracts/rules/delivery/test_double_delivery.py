"""Double delivery: what counts as one event that came twice, and what only looks like it."""

import json

import pytest

from pendo_contracts import jzb
from pendo_contracts.beacon import from_envelope
from pendo_contracts.envelope import Envelope
from pendo_contracts.judge import judge
from pendo_contracts.judged_request import JudgedRequest
from pendo_contracts.report import as_text, summarize
from pendo_contracts.rules.delivery import double_delivery

MOMENT = 1767323045678
AGENT = {
    "type": "track", "track_event_name": "Order Completed", "visitor_id": "u1", "account_id": None,
    "browser_time": MOMENT, "url": "https://app.example/", "props": {"total": 12}, "parentTabId": None,
    "tabId": "QLNwO3VnijXxcKFX", "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW",
    "utm": {"channel": "Direct"}, "sequence": 1, "bytes": 320,
}  # fmt: skip
SEGMENT = {
    "type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m",
    "timestamp": "2026-01-02T03:04:05.678Z", "properties": {"total": 12},
}  # fmt: skip


def judged(method, target, body, **answered):
    envelope = Envelope(method, f"https://data.pendo.io/data/{target}", {}, body, 0)
    beacon = from_envelope(envelope)
    return JudgedRequest(target.partition("/")[0], beacon, judge(beacon), **answered)


def agent(key="k", **members):
    return judged(
        "GET", f"ptm.gif/{key}?v=2.291.4_prod&ct=1767323045700&type=track&jzb={jzb.encode([AGENT | members])}", b""
    )


def webhook(key="k", **members):
    return judged("POST", f"segmentio/{key}", json.dumps(SEGMENT | members).encode())


def doubled(*items):
    return [note for note in summarize(items).notes if note.startswith("double delivery")]


def test_the_same_event_both_ways_is_noted_and_breaks_nothing():
    report = summarize([agent(), webhook()])
    (note,) = report.notes
    assert note.startswith(
        "double delivery: 1 track events of API key k came through the agent and through the webhook, "
        "first 'Order Completed' (ptm.gif and segmentio)"
    )
    assert report.good
    assert "turn track events off in one" in as_text(report)


def test_it_does_not_matter_which_way_comes_first():
    assert doubled(webhook(), agent())


@pytest.mark.parametrize(
    "members",
    [
        {"timestamp": "2026-01-02T03:14:05.678Z"},
        {"timestamp": "2026-01-02T04:04:05.678+01:00"},
        {"properties": {"total": 12.0, "groupId": "acct-1"}},
        {"anonymousId": "a1"},
    ],
)
def test_small_differences_do_not_hide_it(members):
    assert doubled(agent(), webhook(**members))


def test_before_anybody_is_known_the_anonymous_visitor_is_the_same():
    assert doubled(agent(visitor_id="_PENDO_T_a1"), webhook(userId=None, anonymousId="a1"))


def test_a_user_whom_the_page_did_not_know_yet_is_the_same_visitor():
    assert doubled(webhook(anonymousId="a1"), agent(visitor_id="_PENDO_T_a1"))


def test_promoted_metadata_in_the_properties_does_not_hide_it():
    assert doubled(agent(props={"total": 12, "__sg__": {"visitormetadata": {}}}), webhook())


@pytest.mark.parametrize(
    "members",
    [
        {"event": "Order Cancelled"},
        {"properties": {"total": 13}},
        {"userId": "u2"},
        {"timestamp": "2026-01-02T03:14:05.679Z"},
        {"timestamp": "2026-13-02"},
        {"key": "other"},
    ],
)
def test_other_events_are_none(members):
    assert not doubled(agent(), webhook(**members))


@pytest.mark.parametrize("strange", [{"userId": []}, {"userId": 7}, {"event": {}}, {"timestamp": 0}])
def test_what_breaks_its_contract_pairs_with_nothing(strange):
    assert not doubled(agent(browser_time=10**400), webhook(**strange), agent(props=[]), webhook())


def test_twice_the_same_way_is_no_double_delivery():
    assert not doubled(agent(), agent(), agent(key="other"))
    assert not doubled(webhook(), webhook())


def test_a_retry_is_not_counted_again():
    assert "1 track events" in doubled(agent(), webhook(), agent())[0]
    assert "2 track events" in doubled(agent(), webhook(), agent(), webhook())[0]


def test_identify_by_webhook_beside_device_mode_is_none():
    meta = agent(type="meta", props={"visitor": {"id": "u1"}})
    assert not doubled(meta, webhook(type="identify", traits={}))


def test_what_was_refused_was_not_delivered():
    refused = judged("POST", "segmentio/k", json.dumps(SEGMENT).encode(), fault="status=503", refused=True)
    assert not doubled(agent(), refused)


def test_only_the_recent_is_remembered(monkeypatch):
    monkeypatch.setattr(double_delivery, "RECENT", 2)
    others = [agent(visitor_id=name) for name in ("u2", "u3")]
    assert doubled(agent(), others[0], webhook())
    assert not doubled(agent(), *others, webhook())


def test_without_rules_nothing_is_noted():
    assert not summarize([agent(), webhook()], rules=()).notes
