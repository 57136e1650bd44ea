"""How long a session lasts."""

import json

import pytest

from pendo_destination.agent import Page

MINUTE = 60 * 1000


def sessions(scene):
    return [event["sessionId"] for event in scene.events()]


def test_a_session_ends_with_half_an_hour_without_events(scene):
    agent = scene.page()
    for minutes in (30, 31):
        scene.now += minutes * MINUTE
        agent.track("T")
        agent.flush_now()
    assert [len(set(sessions(scene)[:count])) for count in (3, 4)] == [1, 2]


def test_a_session_goes_on_on_the_next_page(scene):
    scene.page()
    scene.page()
    assert len(set(sessions(scene))) == 1


def test_how_long_it_may_be_quiet_is_configured(scene):
    scene.page()
    scene.now += 2
    scene.page(inactivityDuration=1)
    assert len(set(sessions(scene))) == 2


@pytest.mark.parametrize(("first", "count"), [({"visitor": {"id": "v1"}}, 2), ({}, 1)])
def test_another_visitor_starts_a_session_unless_nobody_was_known(scene, first, count):
    agent = scene.page(first)
    agent.identify("v2", "a2")
    agent.track("T")
    agent.flush_now()
    identify, track = scene.events("identify", "track")
    assert identify["sessionId"] == scene.events("load")[0]["sessionId"]
    assert len({identify["sessionId"], track["sessionId"]}) == count


def test_a_session_without_a_time_is_over(scene):
    scene.browser.local_storage["_pendo_sessionId.key"] = json.dumps({"sessionId": "old"})
    scene.page()
    assert "old" not in sessions(scene)


def test_the_campaign_is_told_until_the_session_ends(scene):
    agent = scene.agent(Page("https://app.example/?utm_source=news&utm_medium=email"))
    agent.initialize({"visitor": {"id": "v1"}})
    agent.run_pending()
    scene.page()
    scene.now += 31 * MINUTE
    scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}})
    channels = [event["utm"]["channel"] for event in scene.events("load")]
    assert channels == ["Email", "Email", "Direct"]
