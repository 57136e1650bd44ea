"""Requests get through in order, each tried until it does."""

import itertools

import pytest

from pendo_contracts.envelope import Response


def refuse(*endpoints):
    return lambda envelope: not any(f"/{endpoint}/" in envelope.url for endpoint in endpoints)


def test_a_request_that_fails_is_sent_again_with_the_same_jzb_and_a_count(scene, query):
    scene.answer = refuse("ptm.gif")
    agent = scene.page()
    scene.pass_time(agent, 100)
    sent = [query(envelope) for envelope in scene.requests()]
    assert [params.get("rt") for params in sent] == [None, *map(str, range(1, len(sent)))]
    assert len({params["jzb"] for params in sent}) == 1
    assert sent[0]["ct"] < sent[-1]["ct"]


def test_pauses_double_up_to_64_seconds(scene):
    scene.answer = refuse("ptm.gif", "guide.json")
    agent = scene.page()
    scene.pass_time(agent, 119)
    times = [envelope.received_at for envelope in scene.requests()]
    assert [(after - before) / 1000 for before, after in itertools.pairwise(times)] == [1, 2, 4, 8, 16, 32]


def test_a_flush_tries_again_at_once(scene, query):
    scene.answer = refuse("ptm.gif", "guide.json")
    agent = scene.page()
    agent.flush_now()
    assert [query(envelope).get("rt") for envelope in scene.requests()] == [None, "1"]


def test_a_failing_head_holds_up_its_queue_but_no_other(scene):
    agent = scene.page()
    scene.answer = lambda envelope: "type=track" in envelope.url
    agent.identify("v2", "a1")
    scene.pass_time(agent, 0.001)
    agent.identify("v2", "a2")
    agent.track("T")
    scene.pass_time(agent, 3)
    assert scene.events("track", type="track")
    assert {event["account_id"] for event in scene.events("identify")} == {"a1"}


def test_what_waited_follows_in_order_once_the_head_is_through(scene):
    scene.answer = refuse("ptm.gif")
    agent = scene.page()
    for name in "abc":
        agent.track(name)
        agent.flush_now()
    scene.sent.clear()
    scene.answer = lambda _: True
    scene.pass_time(agent, 64)
    assert [event.get("track_event_name") for event in scene.events(type="track")] == ["a", "b", "c"]


def test_after_100_tries_a_request_is_given_up_and_told_of(scene):
    scene.answer = refuse("ptm.gif")
    agent = scene.page()
    scene.pass_time(agent, 100 * 65)
    scene.answer = lambda _: True
    agent.identify("v1", "a1")
    scene.pass_time(agent, 1)
    assert max(int(envelope.url.partition("&rt=")[2] or 0) for envelope in scene.requests()) == 99
    assert scene.events("identify")[-1]["ops"] == {"ptmGifFailures": 1}


@pytest.mark.parametrize(
    ("answer", "delivered"),
    [
        (Response(500, {}, b"\x89PNG\r\n\x1a\n"), True),
        (Response(451, {}, b"GIF89a"), True),
        (Response(200, {}, b"{}"), False),
        (Response(204, {}, b""), False),
    ],
)
def test_an_image_is_delivered_if_it_can_be_shown_whatever_the_status(scene, answer, delivered):
    scene.answer = lambda envelope: answer if "ptm.gif" in envelope.url else True
    agent = scene.page()
    scene.pass_time(agent, 2)
    assert (len(scene.requests()) == 1) is delivered


@pytest.mark.parametrize(("status", "delivered"), [(200, True), (204, True), (400, False), (500, False)])
def test_a_post_is_delivered_by_its_status(scene, status, delivered):
    scene.answer = lambda envelope: Response(status, {}, b"") if envelope.method == "POST" else True
    agent = scene.page(sendEventsWithPostOnly=True)
    scene.pass_time(agent, 2)
    assert (len(scene.requests()) == 1) is delivered


def test_a_success_forgets_all_failures(scene, query):
    agent = scene.page()
    scene.answer = refuse("ptm.gif")
    for name in "ab":
        agent.track(name)
        agent.flush_now(hidden=True)
    scene.answer = lambda _: True
    scene.sent.clear()
    agent.flush_now()
    assert [query(envelope).get("rt") for envelope in scene.requests()] == ["2", None]


def test_one_request_of_a_queue_is_in_flight_at_a_time(scene):
    agent = scene.page()
    agent.track("a")
    more = iter("bc")

    def interrupt(_):
        for name in more:
            agent.track(name)
            agent.flush_now()
        return True

    scene.answer = interrupt
    agent.flush_now()
    assert [event["track_event_name"] for event in scene.events("track")] == ["a", "b", "c"]


def test_every_api_key_has_its_own_queue(scene):
    scene.answer = lambda envelope: "/other?" not in envelope.url
    agent = scene.page(additionalApiKeys=["other"])
    agent.track("T")
    agent.flush_now()
    scene.pass_time(agent, 2)
    tries = [envelope.url.split("?")[0].rpartition("/")[2] for envelope in scene.requests(type="track")]
    assert tries == ["key", "other", "other"]


def test_what_still_fails_when_sending_is_stopped_is_dropped(scene):
    scene.answer = refuse("ptm.gif")
    agent = scene.page()
    agent.stop_sending_events()
    tried = len(scene.requests())
    scene.answer = lambda _: True
    scene.pass_time(agent, 300)
    assert len(scene.requests()) == tried


def test_after_stop_and_start_each_flush_sends_one_request(scene):
    agent = scene.page()
    agent.stop_sending_events()
    agent.start_sending_events()
    scene.answer = refuse("ptm.gif")
    for name in "ab":
        agent.track(name)
        agent.flush_now()
    scene.pass_time(agent, 300)
    scene.answer = lambda _: True
    scene.sent.clear()
    for count in (1, 2):
        agent.flush_now()
        assert len(scene.requests()) == count
