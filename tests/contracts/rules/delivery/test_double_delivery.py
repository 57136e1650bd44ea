"""Track events that arrived twice are reported, track events that are only similar are not."""

import json
from itertools import permutations

import pytest
from msgspec.structs import replace

from pendo_contracts.checking.check import check_requests
from pendo_contracts.judge import judge_request
from pendo_contracts.report import as_text
from pendo_contracts.rules.delivery.double_delivery import DoubleDelivery
from pendo_contracts.rules.fact_reader import observe
from pendo_contracts.rules.rule_settings import NO_RULES
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope

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


def judged(method, target, body):
    return judge_request(
        Envelope(method, f"https://data.pendo.io/data/{target}", {}, body, 0), target.partition("/")[0]
    )


def agent(key="k", **members):
    packed = jzb.encode([AGENT | members])
    return judged("GET", f"ptm.gif/{key}?v=2.291.4_prod&ct=1767323045700&type=track&jzb={packed}", b"")


def webhook(key="k", **members):
    return judged("POST", f"segmentio/{key}", json.dumps(SEGMENT | members).encode())


def server(**members):
    """Return one call of /data/track whose secret is the key k."""
    event = {
        "type": "track", "event": "Order Completed", "visitorId": "u1", "accountId": "a", "timestamp": MOMENT,
        "properties": {"total": 12},
    }  # fmt: skip
    headers = {"x-pendo-integration-key": "k", "content-type": "application/json"}
    body = json.dumps(event | members).encode()
    return judge_request(Envelope("POST", "https://data.pendo.io/data/track", headers, body, 0), "track")


def pairs(*requests, **limits):
    rule = DoubleDelivery(**limits)
    return [finding for request in requests for finding in rule.observe(observe(request).facts)]


def test_same_event_by_agent_and_webhook_is_only_a_warning():
    report = check_requests([agent(), webhook()])
    (finding,) = (group.first for group in report.findings if group.first.rule == "double-delivery")
    assert (finding.severity, finding.rule, finding.index) == ("warning", "double-delivery", 0)
    assert finding.message == (
        'track event "Order Completed" of API key k came through the agent and through the webhook'
        " (ptm.gif and segmentio)"
    )
    assert report.good
    assert "turn track events off in one" in as_text(report)


def test_order_of_arrival_does_not_matter():
    assert pairs(webhook(), agent())


@pytest.mark.parametrize(
    "members",
    [
        {"timestamp": "2026-01-02T03:14:05.678Z"},
        {"timestamp": "2026-01-02T04:04:05.678+01:00"},
        {"properties": {"total": 12.0, "groupId": "acct-1"}},
        {"anonymousId": "a1"},
    ],
)
def test_events_with_small_differences_are_the_same_event(members):
    assert pairs(agent(), webhook(**members))


def test_anonymous_ids_of_both_ways_are_compared():
    assert pairs(agent(visitor_id="_PENDO_T_a1"), webhook(userId=None, anonymousId="a1"))


def test_event_with_two_visitor_ids_has_only_one_pair():
    both, others = webhook(anonymousId="a"), [agent(), agent(visitor_id="_PENDO_T_a", sequence=2)]
    assert len(pairs(both, *others)) == 1
    assert len(pairs(*others, both)) == 1
    assert len(pairs(both, others[0], others[1], webhook(anonymousId="a"))) == 2


def test_webhook_user_matches_anonymous_visitor_of_the_page():
    assert pairs(webhook(anonymousId="a1"), agent(visitor_id="_PENDO_T_a1"))


def test_promoted_metadata_is_not_compared():
    assert pairs(agent(props={"total": 12, "__sg__": {"visitormetadata": {}}}), webhook())


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
def test_different_events_are_not_reported_as_double(members):
    assert not pairs(agent(), webhook(**members))


@pytest.mark.parametrize("broken", [{"userId": []}, {"userId": 7}, {"event": {}}, {"timestamp": 0}])
def test_broken_events_are_not_reported_as_double(broken):
    assert not pairs(agent(browser_time=10**400), webhook(**broken), agent(props=[]), webhook())


def test_two_events_by_one_way_are_not_reported_as_double():
    assert not pairs(agent(), agent(), agent(key="other"))
    assert not pairs(webhook(), webhook())


def test_retry_is_not_counted_again():
    assert len(pairs(agent(), webhook(), agent())) == 1
    assert len(pairs(agent(), webhook(), agent(), webhook())) == 2


def test_webhook_identify_and_agent_metadata_are_not_reported_as_double():
    meta = agent(type="meta", props={"visitor": {"id": "u1"}})
    assert not pairs(meta, webhook(type="identify", traits={}))


def test_requests_without_success_are_not_reported_as_double():
    assert not pairs(agent(), replace(webhook(), fault="status=503", accepted=False))


def test_events_in_the_temporary_file_are_compared_too():
    others = [agent(visitor_id=f"u{number}") for number in range(2, 10)]
    assert pairs(agent(), *others, webhook(), max_in_memory=2)


def test_without_rules_there_are_no_warnings():
    assert not check_requests([agent(), webhook()], settings=NO_RULES).findings


@pytest.mark.parametrize("answer", [{"status": 503}, {"status": 0}, {"status": 0, "not_received": "net::ERR_FAILED"}])
def test_request_that_failed_is_not_delivered(answer):
    failed = replace(agent(), **answer)
    assert pairs(failed, webhook()) == pairs(webhook(), failed) == []
    assert len(pairs(failed, webhook(), replace(agent(), status=200))) == 1


def test_each_pair_of_ways_is_reported_once():
    assert [len(pairs(first, second)) for first, second in permutations([agent(), webhook(), server()], 2)] == [1] * 6
    assert len(pairs(agent(), webhook(), server())) == 1
    assert len(pairs(agent(), server(), webhook(), agent())) == 2
    assert not pairs(server(), server(), server(visitorId="u2"), agent(browser_time=MOMENT + 600_001))


def test_message_names_the_ways_in_a_fixed_order():
    for requests in ((server(), agent()), (agent(), server())):
        (finding,) = pairs(*requests)
        assert "came through the agent and through a server's call" in finding.message
