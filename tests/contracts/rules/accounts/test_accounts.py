"""The rules about accounts find lost, missing and nested accounts, and accept the similar cases that work."""

import pytest

from tests.contracts.rules.session_builder import (
    FRAME,
    OTHER_FRAME,
    TIME,
    beacon,
    broken_rules,
    event,
    guides,
    identify,
    meta,
    metadata,
    server_track,
    track,
    webhook,
)  # fmt: skip

LOST = {"account-lost"}
NEXT = {"frameId": OTHER_FRAME, "browser_time": TIME + 5000}


def next_page(**members):
    return event(**NEXT | {"account_id": None} | members)


@pytest.mark.parametrize("none", [None, ""])
def test_account_that_the_next_page_lacks_is_lost(none):
    assert broken_rules(beacon(event()), beacon(next_page(account_id=none))) - {"junk-id"} == LOST


def test_account_that_any_event_of_the_next_page_has_is_not_lost():
    assert (
        broken_rules(
            beacon(event()),
            beacon(next_page()),
            beacon(next_page(number=1, account_id="beta", browser_time=TIME + 6000)),
        )
        == set()
    )


def test_last_event_of_the_page_decides_by_sequence_not_by_arrival():
    first, last = beacon(event(account_id=None)), beacon(track(number=1))
    assert broken_rules(last, first, beacon(next_page())) == LOST
    assert broken_rules(beacon(event()), beacon(track(number=1, account_id=None)), beacon(next_page())) == set()
    late = beacon(track(number=1))
    assert broken_rules(first, beacon(next_page()), late) == LOST


def test_identify_event_may_take_the_account_away():
    away = identify("ada", account=None, old_account="acme", **NEXT)
    assert broken_rules(beacon(event()), beacon(away)) == set()
    assert broken_rules(beacon(event()), beacon(next_page()), beacon(away | {"sequence": 1})) == set()
    assert broken_rules(beacon(event()), beacon(identify("ada", account=None, old_account=None, **NEXT))) == LOST


def test_pages_without_the_visitor_are_skipped():
    between = event(
        frameId="Aq3vCZHQC0awDKEX", visitor_id="_PENDO_T_QLNwO3VnijXxcKFX", account_id=None, browser_time=TIME + 9
    )
    assert broken_rules(beacon(event()), beacon(between), beacon(next_page())) == LOST


def test_anonymous_visitors_and_other_visitors_lose_nothing():
    anonymous = "_PENDO_T_QLNwO3VnijXxcKFX"
    assert broken_rules(beacon(event(visitor_id=anonymous)), beacon(next_page(visitor_id=anonymous))) == set()
    assert broken_rules(beacon(event()), beacon(next_page(visitor_id="grace"))) == set()
    assert broken_rules(beacon(event()), beacon(next_page(), key="k2")) == set()


def test_account_that_is_gone_within_one_page_is_not_lost():
    assert broken_rules(beacon(event()), beacon(event(number=1, account_id=None))) == set()


def test_missing_account_is_a_note_about_the_agent_only():
    grace = {"visitor_id": "grace", "account_id": None} | NEXT
    assert broken_rules(beacon(event()), beacon(event(**grace)), notes=True) == {"account-missing"}
    assert broken_rules(beacon(event()), beacon(event(**grace)), guides(visitorId="grace"), notes=True) == set()
    assert broken_rules(beacon(event(account_id=None)), beacon(event(**grace)), notes=True) == set()
    assert broken_rules(webhook(), beacon(event(**grace)), server_track(), notes=True) == set()
    assert broken_rules(beacon(event(), key="k2"), beacon(event(**grace)), notes=True) == set()


@pytest.mark.parametrize(
    "members",
    [
        {"properties": {}}, {"properties": ...}, {"properties": None}, {"properties": {"group_id": "acme"}},
        {"properties": {"groupid": "acme"}}, {"properties": {"groupId": None}}, {"groupId": "acme", "properties": {}},
        {"properties": {"a": {"groupId": "acme"}}}, {"properties": {}, "context": {"groupId": "acme"}},
        {"properties": {}, "userId": ..., "anonymousId": "a"},
    ],
)  # fmt: skip
def test_webhook_track_call_without_the_account_is_found(members):
    assert broken_rules(webhook(**members)) == {"webhook-without-account"}


@pytest.mark.parametrize("empty", ["", " "])
def test_empty_account_of_a_track_call_is_one_finding(empty):
    assert broken_rules(webhook(properties={"groupId": empty})) == {"junk-id"}


def test_other_calls_need_no_property_with_the_account():
    assert broken_rules(webhook("identify"), webhook("group", messageId="m-2"), server_track(accountId=None)) == set()
    assert broken_rules(beacon(track(account_id=None)), webhook(event="Other")) == set()


@pytest.mark.parametrize("value", [{"id": "h"}, {}, 7, None, ["h"], "h", False])
def test_parent_account_inside_the_account_is_found_with_any_value(value):
    nested = {"parentAccount": value}
    assert broken_rules(beacon(meta(account=nested))) == {"parent-account-nested"}
    assert broken_rules(guides(metadata=metadata(account=nested))) == {"parent-account-nested"}
    assert broken_rules(guides(metadata=metadata(account=nested), endpoint="guide.js")) == {"parent-account-nested"}


def test_parent_account_elsewhere_is_accepted():
    assert broken_rules(beacon(meta(parent={"id": "h"}))) == set()
    assert broken_rules(beacon(meta(account={"parentAccountId": "h", "note": "parentAccount"}))) == set()
    assert broken_rules(beacon(meta(visitor={"parentAccount": "h"}, frameId=FRAME))) == set()
    assert broken_rules(webhook("group", traits={"parentAccount": {"id": "h"}})) == set()
    assert broken_rules(beacon(track(props={"parentAccount": 1}))) == set()
