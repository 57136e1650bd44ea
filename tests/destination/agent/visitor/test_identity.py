"""The ids of visitor and account, and the events about their changes."""

import math

import pytest

from pendo_destination.agent.visitor.identity import is_anonymous, is_valid_id
from pendo_destination.javascript.values import UNDEFINED

DAY = 24 * 60 * 60 * 1000


@pytest.mark.parametrize("value", ["v", "0", "null", "undefined", " v ", "a::b", 0, 42, math.nan, "VISITOR-UNIQUE-ID"])
def test_texts_and_numbers_are_valid_ids(value):
    assert is_valid_id(value)


@pytest.mark.parametrize("value", [None, UNDEFINED, "", " \t\u00a0\ufeff", "::", True, False, {}, {"id": 1}, [], ["v"]])
def test_other_values_are_invalid_ids(value):
    assert not is_valid_id(value)


def test_prefix_makes_an_id_anonymous():
    assert is_anonymous("_PENDO_T_given")
    assert not any(map(is_anonymous, ["v_PENDO_T_", "", None, UNDEFINED, 42]))


KNOWN = {"visitor": {"id": "v1"}}


@pytest.mark.parametrize(
    ("options", "call", "expected"),
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
def test_identify_event_reports_named_visitors_and_new_accounts_only(simulation, options, call, expected):
    agent = simulation.start_agent(options)
    simulation.sent.clear()
    agent.identify(*call)
    agent.run_pending()
    assert [event["type"] for event in simulation.events()] == expected


def test_identify_event_has_the_old_ids(simulation):
    agent = simulation.start_agent({})
    anonymous = agent.get_visitor_id()
    agent.identify("v1", "a1")
    agent.run_pending()
    (event,) = simulation.events("identify")
    assert event["props"] == {
        "old_visitor_id": anonymous, "old_account_id": None, "visitor_id": "v1", "account_id": "a1"
    }  # fmt: skip
    assert (event["visitor_id"], event["account_id"]) == ("v1", "a1")


def test_first_identify_event_has_no_old_visitor(simulation):
    simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    assert "old_visitor_id" not in simulation.events("identify")[0]["props"]


def test_account_stays_until_it_is_cleared(simulation):
    agent = simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    agent.identify({"visitor": {"id": "v2"}})
    assert agent.get_account_id() == "a1"
    agent.identify("v2", "")
    assert agent.get_account_id() is None


def test_numeric_ids_become_text(simulation):
    agent = simulation.start_agent({"visitor": {"id": 42}, "account": {"id": 7.0}})
    assert (agent.get_visitor_id(), agent.get_account_id()) == ("42", "7")


def test_later_page_reads_ids_from_storage(simulation):
    simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    agent = simulation.start_agent({})
    assert (agent.get_visitor_id(), agent.get_account_id()) == ("v1", "a1")


def test_stored_visitor_expires_after_100_days(simulation):
    simulation.start_agent()
    simulation.now += 100 * DAY + 1
    assert simulation.start_agent({}).is_anonymous_visitor()


def test_ids_are_not_stored_without_persistence(simulation):
    simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}}, disablePersistence=True)
    agent = simulation.start_agent({}, disablePersistence=True)
    assert agent.is_anonymous_visitor()
    assert "account_id" not in simulation.events("load")[-1]


def test_force_anonymous_ignores_stored_known_visitor(simulation):
    simulation.start_agent()
    assert simulation.start_agent({}, forceAnonymous=True).is_anonymous_visitor()


def test_stored_ids_move_to_a_new_storage_suffix(simulation):
    simulation.start_agent()
    assert simulation.start_agent({}, identityStorageSuffix="shared").get_visitor_id() == "v1"
    assert "_pendo_visitorId.shared" in simulation.browser.local_storage
    assert "_pendo_visitorId.key" not in simulation.browser.local_storage


def test_clear_session_makes_the_visitor_anonymous_without_an_event(simulation):
    agent = simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    simulation.sent.clear()
    agent.clear_session()
    agent.run_pending()
    assert (agent.is_anonymous_visitor(), agent.get_account_id()) == (True, None)
    assert simulation.events() == []


def test_option_visitor_id_overrides_the_metadata(simulation):
    assert simulation.start_agent({"visitor": {"id": "v1"}, "visitorId": "v2"}).get_visitor_id() == "v2"
