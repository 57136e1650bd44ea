"""The times at which events are sent, and the events that are not sent."""

from random import Random
from string import ascii_letters

from pendo_contracts.wire.envelope import Response


def event_names(events):
    return [event.get("track_event_name", event["type"]) for event in events]


def test_page_load_is_sent_on_the_next_tick(simulation):
    agent = simulation.new_agent()
    agent.initialize({"visitor": {"id": "v1"}})
    assert simulation.sent == []
    agent.run_pending()
    assert event_names(simulation.events()) == ["meta", "load"]


def test_track_event_is_sent_within_two_minutes(simulation):
    agent = simulation.start_agent()
    agent.track("T")
    simulation.pass_time(agent, 119)
    assert simulation.events("track") == []
    simulation.pass_time(agent, 1)
    assert event_names(simulation.events("track")) == ["T"]


def test_identify_flushes_track_events(simulation):
    agent = simulation.start_agent()
    agent.track("T")
    agent.identify("v1", "a1")
    agent.run_pending()
    assert event_names(simulation.events("track")) == ["T"]


def test_track_events_are_sent_in_separate_requests(simulation, payload):
    agent = simulation.start_agent()
    agent.track("T")
    agent.identify("v1", "a1")
    agent.run_pending()
    types = [{event["type"] == "track" for event in payload(envelope)} for envelope in simulation.requests()]
    assert all(len(kinds) == 1 for kinds in types)


def test_sequence_numbers_span_all_queues_and_restart_on_each_page(simulation):
    for _ in range(2):
        agent = simulation.start_agent({"visitor": {"id": "v1", "page": simulation.now}})
        agent.track("T")
        agent.track_agent("prompt", {})
        agent.identify("v1", f"a{simulation.now}")
        agent.flush_now()
        events = simulation.events() + simulation.events(endpoint="agentic.gif")
        assert sorted(event["sequence"] for event in events) == [0, 1, 2, 3, 4]
        simulation.sent.clear()
        simulation.now += 1


def test_unload_sends_by_fetch_and_never_retries(simulation):
    agent = simulation.start_agent()
    agent.track("T")
    simulation.answer = lambda _: Response(500, {}, b"GIF89a")
    agent.unload()
    simulation.pass_time(agent, 600)
    assert event_names(simulation.events("track")) == ["T"]


def test_request_in_flight_is_sent_again_on_unload(simulation, query):
    agent = simulation.new_agent()

    def leave(envelope):
        if "ptm.gif" in envelope.url:
            agent.unload()
        return True

    simulation.answer = leave
    agent.initialize({"visitor": {"id": "v1"}})
    agent.run_pending()
    first, second = map(query, simulation.requests())
    assert (first["jzb"], second["rt"]) == (second["jzb"], "1")


def test_unload_sends_nothing_while_a_retry_waits(simulation):
    simulation.answer = lambda _: False
    agent = simulation.start_agent()
    attempts = len(simulation.requests())
    agent.identify("v1", "a1")
    agent.unload()
    assert len(simulation.requests()) == attempts


def test_unloaded_page_has_no_timers(simulation):
    agent = simulation.start_agent()
    agent.unload()
    assert agent.next_due is None


def test_next_page_sends_stored_unsent_events(simulation):
    config = {"analytics": {"localStorageUnload": True}, "additionalApiKeys": ["other"]}
    agent = simulation.start_agent(**config)
    agent.track("T")
    agent.unload()
    assert simulation.events("track") == []
    simulation.start_agent(**config)
    assert event_names(simulation.events("track")) == ["T", "T"]
    assert "_pendo_unsentEvents.key" not in simulation.browser.local_storage


def test_hidden_page_sends_its_events(simulation):
    agent = simulation.start_agent()
    agent.track("T")
    agent.flush_now(hidden=True)
    assert event_names(simulation.events("track")) == ["T"]


def test_oversize_event_is_dropped_and_logged(simulation, query):
    agent = simulation.start_agent()
    agent.track("huge", {"text": "".join(Random(1).choices(ascii_letters, k=100_000))})
    agent.track("small")
    agent.flush_now()
    assert event_names(simulation.events("track")) == ["small"]
    (line,) = simulation.requests("log.gif")
    assert query(line)["msg"].startswith("Single item is: ")
    assert simulation.requests("errorlog", apiKey="key")[0].method == "POST"


def test_circular_event_makes_all_events_of_its_flush_lost(simulation):
    agent = simulation.start_agent()
    circle = {}
    circle["self"] = circle
    agent.track("before")
    agent.track("circle", circle)
    agent.track("between")
    agent.flush_now()
    agent.track("after")
    agent.flush_now()
    assert event_names(simulation.events("track")) == ["after"]
    assert len(simulation.requests("errorlog")) == 2


def test_events_are_discarded_while_sending_is_stopped(simulation):
    agent = simulation.start_agent()
    agent.stop_sending_events()
    agent.track("discarded")
    agent.flush_now()
    agent.track("too early")
    agent.start_sending_events()
    agent.track("sent")
    agent.flush_now()
    agent.track("sent with the next flush only")
    simulation.pass_time(agent, 300)
    assert event_names(simulation.events("track")) == ["sent"]
    assert agent.is_sending_events()


def test_nothing_is_posted_while_sending_is_stopped(simulation):
    agent = simulation.start_agent(sendEventsWithPostOnly=True)
    simulation.sent.clear()
    agent.stop_sending_events()
    agent.track("T")
    agent.flush_now()
    assert simulation.sent == []


def test_start_without_stop_has_no_effect(simulation):
    agent = simulation.start_agent()
    agent.track("kept")
    agent.start_sending_events()
    simulation.pass_time(agent, 120)
    assert event_names(simulation.events("track")) == ["kept"]


def test_signed_metadata_are_used_and_every_request_has_the_token(simulation, query, payload):
    token = "e30.eyJ2aXNpdG9yIjp7ImlkIjoic2lnbmVkIn19.c2ln"
    agent = simulation.start_agent({"jwt": token, "signingKeyName": "k"}, enableSignedMetadata=True)
    assert {event["visitor_id"] for event in simulation.events()} == {"signed"}
    assert query(simulation.requests()[0])["jwt"] == token
    (guides,) = simulation.requests("guide.json")
    assert (guides.method, payload(guides)["visitorId"]) == ("POST", "signed")
    simulation.answer = lambda _: Response(204, {}, b"")
    agent.track("T")
    agent.flush_now()
    simulation.pass_time(agent, 10)
    agent.track("T")
    agent.unload()
    assert [envelope.method for envelope in simulation.requests(type="track")] == ["GET", "POST"]


def test_event_too_large_together_with_credentials_is_dropped(simulation):
    token = f"e30.e30.{'s' * 40_000}"
    agent = simulation.start_agent({"jwt": token, "signingKeyName": "k"}, enableSignedMetadata=True)
    simulation.sent.clear()
    agent.track("T", {"text": "".join(Random(1).choices(ascii_letters, k=40_000))})
    agent.flush_now()
    assert (simulation.requests(type="track"), simulation.requests("log.gif")) == ([], [])


def test_event_as_large_as_a_request_is_sent_alone(simulation, payload):
    agent = simulation.start_agent()
    for text in ("x" * 200_000, "x" * 10_000, "x" * 300_000):
        agent.track("T", {"text": text})
    agent.flush_now()
    assert [len(payload(envelope)) for envelope in simulation.requests(type="track")] == [1, 1, 1]


def test_partner_requests_have_the_account_parameter(simulation, query):
    simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "añ1"}}, trainingPartner=True)
    assert query(simulation.requests()[0])["acc"] == query(simulation.requests("guide.json")[0])["acc"] == "YcOxMQ"


def test_request_has_the_source_parameter_of_its_first_event(simulation, query):
    agent = simulation.start_agent()
    agent.track("T", {"source": "a b&c"})
    agent.flush_now()
    (sent,) = simulation.requests(type="track")
    assert "source=a%20b&c" in sent.url
    assert list(query(sent))[:5] == ["v", "ct", "jzb", "type", "source"]


def test_configuration_excludes_event_types(simulation):
    for config, kept in (
        ({"freeNPSData": True}, {"load", "meta", "identify"}),
        ({"excludeNonGuideAnalytics": True}, set()),
        ({"analytics": {"excludeEvents": ["meta", "track"]}}, {"load", "identify"}),
        ({"blockAgentMetadata": True}, {"load", "identify", "track"}),
        ({"pendoCore": False}, {"load", "meta", "identify", "track"}),
    ):
        simulation.browser.local_storage.clear()
        simulation.sent.clear()
        agent = simulation.start_agent({"visitor": {"id": "v1"}, "account": {"id": "a1"}}, **config)
        agent.track("T")
        agent.flush_now()
        assert {event["type"] for event in simulation.events()} == kept, config


def test_drop_anonymous_sends_nothing_until_identify(simulation):
    agent = simulation.start_agent({}, dropAnonymous=True)
    agent.track("T")
    agent.flush_now()
    assert simulation.sent == []
    agent.identify("v1")
    agent.run_pending()
    assert event_names(simulation.events()) == ["identify"]
