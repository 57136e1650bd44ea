"""The duration of a session."""

import json

import pytest

from pendo_destination.agent import Page

MINUTE = 60 * 1000


def sessions(simulation):
    return [event["sessionId"] for event in simulation.events()]


def test_session_ends_after_half_an_hour_without_events(simulation):
    agent = simulation.start_agent()
    for minutes in (30, 31):
        simulation.now += minutes * MINUTE
        agent.track("T")
        agent.flush_now()
    assert [len(set(sessions(simulation)[:count])) for count in (3, 4)] == [1, 2]


def test_session_continues_on_the_next_page(simulation):
    simulation.start_agent()
    simulation.start_agent()
    assert len(set(sessions(simulation))) == 1


def test_inactivity_limit_is_configurable(simulation):
    simulation.start_agent()
    simulation.now += 2
    simulation.start_agent(inactivityDuration=1)
    assert len(set(sessions(simulation))) == 2


@pytest.mark.parametrize(("first", "count"), [({"visitor": {"id": "v1"}}, 2), ({}, 1)])
def test_new_visitor_starts_a_session_only_after_a_known_one(simulation, first, count):
    agent = simulation.start_agent(first)
    agent.identify("v2", "a2")
    agent.track("T")
    agent.flush_now()
    identify, track = simulation.events("identify", "track")
    assert identify["sessionId"] == simulation.events("load")[0]["sessionId"]
    assert len({identify["sessionId"], track["sessionId"]}) == count


def test_stored_session_without_timestamp_has_ended(simulation):
    simulation.browser.local_storage["_pendo_sessionId.key"] = json.dumps({"sessionId": "old"})
    simulation.start_agent()
    assert "old" not in sessions(simulation)


def test_campaign_is_reported_until_the_session_ends(simulation):
    agent = simulation.new_agent(Page("https://app.example/?utm_source=news&utm_medium=email"))
    agent.initialize({"visitor": {"id": "v1"}})
    agent.run_pending()
    simulation.start_agent()
    simulation.now += 31 * MINUTE
    simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    channels = [event["utm"]["channel"] for event in simulation.events("load")]
    assert channels == ["Email", "Email", "Direct"]
