"""When events leave a page, and when they do not."""

from random import Random
from string import ascii_letters

from pendo_contracts.envelope import Response


def names(events):
    return [event.get("track_event_name", event["type"]) for event in events]


def test_a_page_load_leaves_on_the_next_tick(scene):
    agent = scene.agent()
    agent.initialize({"visitor": {"id": "v1"}})
    assert scene.sent == []
    agent.run_pending()
    assert names(scene.events()) == ["meta", "load"]


def test_a_track_event_waits_for_two_minutes(scene):
    agent = scene.page()
    agent.track("T")
    scene.pass_time(agent, 119)
    assert scene.events("track") == []
    scene.pass_time(agent, 1)
    assert names(scene.events("track")) == ["T"]


def test_a_track_event_leaves_with_an_identify(scene):
    agent = scene.page()
    agent.track("T")
    agent.identify("v1", "a1")
    agent.run_pending()
    assert names(scene.events("track")) == ["T"]


def test_track_events_never_share_a_request_with_others(scene, payload):
    agent = scene.page()
    agent.track("T")
    agent.identify("v1", "a1")
    agent.run_pending()
    types = [{event["type"] == "track" for event in payload(envelope)} for envelope in scene.requests()]
    assert all(len(kinds) == 1 for kinds in types)


def test_the_sequence_counts_over_all_queues_and_starts_anew_on_a_page(scene):
    for _ in range(2):
        agent = scene.page({"visitor": {"id": "v1", "page": scene.now}})
        agent.track("T")
        agent.track_agent("prompt", {})
        agent.identify("v1", f"a{scene.now}")
        agent.flush_now()
        events = scene.events() + scene.events(endpoint="agentic.gif")
        assert sorted(event["sequence"] for event in events) == [0, 1, 2, 3, 4]
        scene.sent.clear()
        scene.now += 1


def test_unload_sends_by_fetch_which_needs_a_good_status(scene):
    agent = scene.page()
    agent.track("T")
    scene.answer = lambda _: Response(500, {}, b"GIF89a")
    agent.unload()
    scene.pass_time(agent, 600)
    assert names(scene.events("track")) == ["T"]


def test_what_is_in_flight_when_the_page_unloads_is_sent_again(scene, query):
    agent = scene.agent()

    def leave(envelope):
        if "ptm.gif" in envelope.url:
            agent.unload()
        return True

    scene.answer = leave
    agent.initialize({"visitor": {"id": "v1"}})
    agent.run_pending()
    first, second = map(query, scene.requests())
    assert (first["jzb"], second["rt"]) == (second["jzb"], "1")


def test_while_backing_off_an_unloading_page_sends_nothing_more(scene):
    scene.answer = lambda _: False
    agent = scene.page()
    tried = len(scene.requests())
    agent.identify("v1", "a1")
    agent.unload()
    assert len(scene.requests()) == tried


def test_an_unloaded_page_is_gone(scene):
    agent = scene.page()
    agent.unload()
    assert agent.next_due is None


def test_unsent_events_wait_in_storage_for_the_next_page(scene):
    config = {"analytics": {"localStorageUnload": True}, "additionalApiKeys": ["other"]}
    agent = scene.page(**config)
    agent.track("T")
    agent.unload()
    assert scene.events("track") == []
    scene.page(**config)
    assert names(scene.events("track")) == ["T", "T"]
    assert "_pendo_unsentEvents.key" not in scene.browser.local_storage


def test_a_hidden_page_sends_its_events_as_usual(scene):
    agent = scene.page()
    agent.track("T")
    agent.flush_now(hidden=True)
    assert names(scene.events("track")) == ["T"]


def test_an_event_too_large_to_send_is_dropped_and_logged(scene, query):
    agent = scene.page()
    agent.track("huge", {"text": "".join(Random(1).choices(ascii_letters, k=100_000))})
    agent.track("small")
    agent.flush_now()
    assert names(scene.events("track")) == ["small"]
    (line,) = scene.requests("log.gif")
    assert query(line)["msg"].startswith("Single item is: ")
    assert scene.requests("errorlog", apiKey="key")[0].method == "POST"


def test_an_event_with_a_circle_in_it_takes_its_flush_with_it(scene):
    agent = scene.page()
    circle = {}
    circle["self"] = circle
    agent.track("before")
    agent.track("circle", circle)
    agent.track("with it")
    agent.flush_now()
    agent.track("after")
    agent.flush_now()
    assert names(scene.events("track")) == ["after"]
    assert len(scene.requests("errorlog")) == 2


def test_stopped_sending_discards_events_until_it_starts_again(scene):
    agent = scene.page()
    agent.stop_sending_events()
    agent.track("discarded")
    agent.flush_now()
    agent.track("too early")
    agent.start_sending_events()
    agent.track("sent")
    agent.flush_now()
    agent.track("sent only when told to")
    scene.pass_time(agent, 300)
    assert names(scene.events("track")) == ["sent"]
    assert agent.is_sending_events()


def test_stopped_sending_posts_nothing_either(scene):
    agent = scene.page(sendEventsWithPostOnly=True)
    scene.sent.clear()
    agent.stop_sending_events()
    agent.track("T")
    agent.flush_now()
    assert scene.sent == []


def test_starting_without_having_stopped_changes_nothing(scene):
    agent = scene.page()
    agent.track("kept")
    agent.start_sending_events()
    scene.pass_time(agent, 120)
    assert names(scene.events("track")) == ["kept"]


def test_a_jwt_travels_with_every_request_and_vouches_for_the_metadata(scene, query, payload):
    token = "e30.eyJ2aXNpdG9yIjp7ImlkIjoic2lnbmVkIn19.c2ln"
    agent = scene.page({"jwt": token, "signingKeyName": "k"}, enableSignedMetadata=True)
    assert {event["visitor_id"] for event in scene.events()} == {"signed"}
    assert query(scene.requests()[0])["jwt"] == token
    (guides,) = scene.requests("guide.json")
    assert (guides.method, payload(guides)["visitorId"]) == ("POST", "signed")
    scene.answer = lambda _: Response(204, {}, b"")
    agent.track("T")
    agent.flush_now()
    scene.pass_time(agent, 10)
    agent.track("T")
    agent.unload()
    assert [envelope.method for envelope in scene.requests(type="track")] == ["GET", "POST"]


def test_credentials_may_make_a_request_too_large_to_be_sent(scene):
    token = f"e30.e30.{'s' * 40_000}"
    agent = scene.page({"jwt": token, "signingKeyName": "k"}, enableSignedMetadata=True)
    scene.sent.clear()
    agent.track("T", {"text": "".join(Random(1).choices(ascii_letters, k=40_000))})
    agent.flush_now()
    assert (scene.requests(type="track"), scene.requests("log.gif")) == ([], [])


def test_an_event_as_large_as_a_request_does_not_wait_for_others(scene, payload):
    agent = scene.page()
    for text in ("x" * 200_000, "x" * 10_000, "x" * 300_000):
        agent.track("T", {"text": text})
    agent.flush_now()
    assert [len(payload(envelope)) for envelope in scene.requests(type="track")] == [1, 1, 1]


def test_partners_name_the_account_of_a_request(scene, query):
    scene.page({"visitor": {"id": "v1"}, "account": {"id": "añ1"}}, trainingPartner=True)
    assert query(scene.requests()[0])["acc"] == query(scene.requests("guide.json")[0])["acc"] == "YcOxMQ"


def test_the_source_of_the_first_event_names_the_request(scene, query):
    agent = scene.page()
    agent.track("T", {"source": "a b&c"})
    agent.flush_now()
    (sent,) = scene.requests(type="track")
    assert "source=a%20b&c" in sent.url
    assert list(query(sent))[:5] == ["v", "ct", "jzb", "type", "source"]


def test_configuration_keeps_events_back(scene):
    for config, kept in (
        ({"freeNPSData": True}, {"load", "meta", "identify"}),
        ({"excludeNonGuideAnalytics": True}, set()),
        ({"analytics": {"excludeEvents": ["meta", "track"]}}, {"load", "identify"}),
        ({"blockAgentMetadata": True}, {"load", "identify", "track"}),
        ({"pendoCore": False}, {"load", "meta", "identify", "track"}),
    ):
        scene.browser.local_storage.clear()
        scene.sent.clear()
        agent = scene.page({"visitor": {"id": "v1"}, "account": {"id": "a1"}}, **config)
        agent.track("T")
        agent.flush_now()
        assert {event["type"] for event in scene.events()} == kept, config


def test_anonymous_visitors_are_not_told_of_where_that_is_configured(scene):
    agent = scene.page({}, dropAnonymous=True)
    agent.track("T")
    agent.flush_now()
    assert scene.sent == []
    agent.identify("v1")
    agent.run_pending()
    assert names(scene.events()) == ["identify"]
