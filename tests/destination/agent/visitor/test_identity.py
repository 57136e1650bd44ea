"""Who the visitor is, and when a change of that is told."""

import math

import pytest

from pendo_destination.agent.visitor.identity import is_anonymous, is_valid_id
from pendo_destination.javascript.values import UNDEFINED

DAY = 24 * 60 * 60 * 1000


@pytest.mark.parametrize("value", ["v", "0", "null", "undefined", " v ", "a::b", 0, 42, math.nan, "VISITOR-UNIQUE-ID"])
def test_an_id(value):
    assert is_valid_id(value)


@pytest.mark.parametrize("value", [None, UNDEFINED, "", " \t\u00a0\ufeff", "::", True, False, {}, {"id": 1}, [], ["v"]])
def test_no_id(value):
    assert not is_valid_id(value)


def test_only_the_prefix_makes_an_id_anonymous():
    assert is_anonymous("_PENDO_T_given")
    assert not any(map(is_anonymous, ["v_PENDO_T_", "", None, UNDEFINED, 42]))


KNOWN = {"visitor": {"id": "v1"}}


@pytest.mark.parametrize(
    ("options", "call", "told"),
    [
        ({}, ("v1",), ["identify"]),
        ({}, ({"visitor": {"id": "v1"}},), ["identify", "meta"]),
        ({}, ("_PENDO_T_other",), []),
        ({}, ("VISITOR-UNIQUE-ID",), []),
        ({}, ("",), []),
        (KNOWN, ("v2",), []),
        (KNOWN, ("v1", "a1"), ["identify"]),
        (KNOWN, ({"visitor": {"id": "v2"}},), ["meta"]),
        (KNOWN, ({"visitor": {"id": "v1"}},), []),
        (KNOWN, ({},), []),
        (KNOWN, ({"visitor": {"role": "admin"}},), ["meta"]),
        ({**KNOWN, "account": {"id": "a1"}}, ("v1", None), []),
        ({**KNOWN, "account": {"id": "a1"}}, ("v1", "a2"), ["identify"]),
        ({**KNOWN, "account": {"id": "a1"}}, ({**KNOWN, "account": {"id": ""}},), ["meta"]),
    ],
)
def test_an_identify_event_tells_of_new_names_and_new_accounts_only(scene, options, call, told):
    agent = scene.page(options)
    scene.sent.clear()
    agent.identify(*call)
    agent.run_pending()
    assert [event["type"] for event in scene.events()] == told


def test_an_identify_event_names_who_was_there_before(scene):
    agent = scene.page({})
    anonymous = agent.get_visitor_id()
    agent.identify("v1", "a1")
    agent.run_pending()
    (event,) = scene.events("identify")
    assert event["props"] == {
        "old_visitor_id": anonymous, "old_account_id": None, "visitor_id": "v1", "account_id": "a1"
    }  # fmt: skip
    assert (event["visitor_id"], event["account_id"]) == ("v1", "a1")


def test_the_first_visitor_of_a_browser_followed_nobody(scene):
    scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    assert "old_visitor_id" not in scene.events("identify")[0]["props"]


def test_an_account_stays_until_it_is_cleared(scene):
    agent = scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    agent.identify({"visitor": {"id": "v2"}})
    assert agent.get_account_id() == "a1"
    agent.identify("v2", "")
    assert agent.get_account_id() is None


def test_numbers_become_text(scene):
    agent = scene.page({"visitor": {"id": 42}, "account": {"id": 7.0}})
    assert (agent.get_visitor_id(), agent.get_account_id()) == ("42", "7")


def test_a_later_page_knows_visitor_and_account(scene):
    scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    agent = scene.page({})
    assert (agent.get_visitor_id(), agent.get_account_id()) == ("v1", "a1")


def test_a_browser_forgets_after_100_days(scene):
    scene.page()
    scene.now += 100 * DAY + 1
    assert scene.page({}).is_anonymous_visitor()


def test_nothing_is_remembered_where_persistence_is_off(scene):
    scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}}, disablePersistence=True)
    agent = scene.page({}, disablePersistence=True)
    assert agent.is_anonymous_visitor()
    assert "account_id" not in scene.events("load")[-1]


def test_forced_anonymity_keeps_known_visitors_of_earlier_pages_out(scene):
    scene.page()
    assert scene.page({}, forceAnonymous=True).is_anonymous_visitor()


def test_identity_moves_under_a_new_storage_suffix(scene):
    scene.page()
    assert scene.page({}, identityStorageSuffix="shared").get_visitor_id() == "v1"
    assert "_pendo_visitorId.shared" in scene.browser.local_storage
    assert "_pendo_visitorId.key" not in scene.browser.local_storage


def test_clearing_the_session_makes_the_visitor_anonymous_without_an_event(scene):
    agent = scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    scene.sent.clear()
    agent.clear_session()
    agent.run_pending()
    assert (agent.is_anonymous_visitor(), agent.get_account_id()) == (True, None)
    assert scene.events() == []


def test_a_visitor_id_beside_the_metadata_counts_last(scene):
    assert scene.page({"visitor": {"id": "v1"}, "visitorId": "v2"}).get_visitor_id() == "v2"
