"""The public API."""

import pytest

from pendo_contracts.region import REGIONS
from pendo_destination.agent import Agent, Page, hosted_config
from pendo_destination.errors import UnreachableError


def test_calls_before_initialize_are_caught_up_with_on_the_next_tick(scene):
    agent = scene.agent()
    agent.track("early")
    agent.identify("v2", "a2")
    agent.initialize({"visitor": {"id": "v1"}})
    agent.track("late")
    agent.run_pending()
    assert [len(scene.requests()), len(scene.requests(type="track"))] == [2, 1]
    sent = [(e.get("track_event_name", e["type"]), e["visitor_id"]) for e in scene.events()]
    assert sorted(sent) == sorted([("meta", "v1"), ("load", "v1"), ("late", "v1"), ("early", "v1"), ("identify", "v2")])
    assert agent.get_visitor_id() == "v2"


def test_a_second_initialize_is_ignored(scene):
    agent = scene.page()
    agent.initialize({"visitor": {"id": "v2"}})
    assert agent.get_visitor_id() == "v1"


@pytest.mark.parametrize("hosted", [{"apiKey": ""}, {"disablePendo": True}])
def test_without_an_api_key_or_disabled_an_agent_never_starts(scene, hosted):
    agent = scene.page(**hosted)
    agent.track("T")
    agent.flush_now()
    agent.unload()
    assert (agent.is_ready(), scene.sent, agent.next_due) == (False, [], None)
    assert agent.get_visitor_id().startswith("_PENDO_T_")
    assert agent.get_account_id() is None


def test_the_snippet_brings_the_key_where_the_agent_has_none(scene):
    scene.page({"apiKey": "of-the-page", "dataHost": "http://localhost:8080"}, apiKey=None)
    assert scene.requests()[0].url.startswith("http://localhost:8080/data/ptm.gif/of-the-page?v=2.291.4_prod&")


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda region: region.name)
def test_every_region_has_its_host_and_its_version(scene, region, query):
    agent = Agent(hosted_config("key", region), scene.carry, Page("https://app.example/"), clock=lambda: scene.now)
    agent.initialize()
    agent.run_pending()
    assert {envelope.url.split("/")[2] for envelope in scene.sent} == {region.data_host}
    assert query(scene.sent[0])["v"] == f"2.291.4_{region.version_suffix}"


def test_set_visitor_and_account(scene):
    agent = scene.page()
    agent.set_account_id("a1")
    agent.set_visitor_id("v2")
    assert (agent.get_visitor_id(), agent.get_account_id()) == ("v2", "a1")


@pytest.mark.parametrize("name", ["", None, 5, {"a": 1}])
def test_a_track_event_needs_a_name(scene, name):
    agent = scene.page()
    agent.track(name)
    agent.track_agent(name)
    agent.flush_now()
    assert scene.events("track") == scene.events(endpoint="agentic.gif") == []


def test_what_an_ai_agent_did_goes_to_a_beacon_of_its_own(scene):
    agent = scene.page()
    agent.track_agent("prompt", {"agentId": "weather"})
    agent.flush_now()
    (event,) = scene.events(endpoint="agentic.gif")
    assert (event["type"], event["props"], "track_event_name" in event) == ("prompt", {"agentId": "weather"}, False)


def test_drain_waits_for_retries_until_all_is_through(scene):
    agent = scene.agent()
    agent.initialize({"visitor": {"id": "v1"}})
    agent.track("T")
    failures = iter([False] * 5)
    scene.answer = lambda _: next(failures, True)

    def sleep(seconds):
        scene.now += int(seconds * 1000) + 1

    assert agent.drain(sleep, scene.now + 60_000)
    assert [event["type"] for event in scene.events("track")]


def test_drain_gives_up_at_its_deadline(scene):
    scene.answer = lambda _: False
    agent = scene.agent()
    agent.initialize()
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        scene.now += int(seconds * 1000) + 1

    assert not agent.drain(sleep, scene.now + 10_000)
    assert 1 < sum(slept) <= 10


def test_a_transport_that_raises_anything_else_is_heard(scene):
    scene.answer = lambda _: 1 / 0
    agent = scene.agent()
    agent.initialize()
    with pytest.raises(ZeroDivisionError):
        agent.run_pending()
    assert not issubclass(ZeroDivisionError, UnreachableError)
