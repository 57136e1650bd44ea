"""The public API of the agent."""

import pytest

from pendo_contracts.wire.region import REGIONS
from pendo_destination.agent import Agent, Page, hosted_config
from pendo_destination.errors import UnreachableError


def test_early_calls_are_repeated_after_initialize(simulation):
    agent = simulation.new_agent()
    agent.track("early")
    agent.identify("v2", "a2")
    agent.initialize({"visitor": {"id": "v1"}})
    agent.track("late")
    agent.run_pending()
    assert [len(simulation.requests()), len(simulation.requests(type="track"))] == [2, 1]
    sent = [(e.get("track_event_name", e["type"]), e["visitor_id"]) for e in simulation.events()]
    assert sorted(sent) == sorted([("meta", "v1"), ("load", "v1"), ("late", "v1"), ("early", "v1"), ("identify", "v2")])
    assert agent.get_visitor_id() == "v2"


def test_second_initialize_is_ignored(simulation):
    agent = simulation.start_agent()
    agent.initialize({"visitor": {"id": "v2"}})
    assert agent.get_visitor_id() == "v1"


@pytest.mark.parametrize("hosted", [{"apiKey": ""}, {"disablePendo": True}])
def test_agent_without_api_key_or_disabled_never_starts(simulation, hosted):
    agent = simulation.start_agent(**hosted)
    agent.track("T")
    agent.flush_now()
    agent.unload()
    assert (agent.is_ready(), simulation.sent, agent.next_due) == (False, [], None)
    assert agent.get_visitor_id().startswith("_PENDO_T_")
    assert agent.get_account_id() is None


def test_snippet_can_set_api_key_and_data_host(simulation):
    simulation.start_agent({"apiKey": "snippet-key", "dataHost": "http://localhost:8080"}, apiKey=None)
    assert simulation.requests()[0].url.startswith("http://localhost:8080/data/ptm.gif/snippet-key?v=2.291.4_prod&")


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda region: region.name)
def test_region_sets_data_host_and_version(simulation, region, query):
    config, page = hosted_config("key", region), Page("https://app.example/")
    agent = Agent(config, simulation.transport, page, clock=lambda: simulation.now)
    agent.initialize()
    agent.run_pending()
    assert {envelope.url.split("/")[2] for envelope in simulation.sent} == {region.data_host}
    assert query(simulation.sent[0])["v"] == f"2.291.4_{region.version_suffix}"


def test_visitor_and_account_can_be_set_separately(simulation):
    agent = simulation.start_agent()
    agent.set_account_id("a1")
    agent.set_visitor_id("v2")
    assert (agent.get_visitor_id(), agent.get_account_id()) == ("v2", "a1")


@pytest.mark.parametrize("name", ["", None, 5, {"a": 1}])
def test_track_event_without_name_is_ignored(simulation, name):
    agent = simulation.start_agent()
    agent.track(name)
    agent.track_agent(name)
    agent.flush_now()
    assert simulation.events("track") == simulation.events(endpoint="agentic.gif") == []


def test_ai_agent_events_go_to_agentic_beacon(simulation):
    agent = simulation.start_agent()
    agent.track_agent("prompt", {"agentId": "weather"})
    agent.flush_now()
    (event,) = simulation.events(endpoint="agentic.gif")
    assert (event["type"], event["props"], "track_event_name" in event) == ("prompt", {"agentId": "weather"}, False)


def test_drain_waits_until_retries_succeed(simulation):
    agent = simulation.new_agent()
    agent.initialize({"visitor": {"id": "v1"}})
    agent.track("T")
    failures = iter([False] * 5)
    simulation.answer = lambda _: next(failures, True)

    def sleep(seconds):
        simulation.now += int(seconds * 1000) + 1

    assert agent.drain(sleep, simulation.now + 60_000)
    assert [event["type"] for event in simulation.events("track")]


def test_drain_stops_at_its_deadline(simulation):
    simulation.answer = lambda _: False
    agent = simulation.new_agent()
    agent.initialize()
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        simulation.now += int(seconds * 1000) + 1

    assert not agent.drain(sleep, simulation.now + 10_000)
    assert 1 < sum(pauses) <= 10


def test_unexpected_transport_error_is_raised(simulation):
    simulation.answer = lambda _: 1 / 0
    agent = simulation.new_agent()
    agent.initialize()
    with pytest.raises(ZeroDivisionError):
        agent.run_pending()
    assert not issubclass(ZeroDivisionError, UnreachableError)
