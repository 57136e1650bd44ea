"""Requests are delivered in order and retried."""

import itertools

import pytest

from pendo_contracts.wire.envelope import Response


def fail(*endpoints):
    return lambda envelope: not any(f"/{endpoint}/" in envelope.url for endpoint in endpoints)


def test_failed_request_is_retried_with_same_jzb_and_a_count(simulation, query):
    simulation.answer = fail("ptm.gif")
    agent = simulation.start_agent()
    simulation.pass_time(agent, 100)
    sent = [query(envelope) for envelope in simulation.requests()]
    assert [params.get("rt") for params in sent] == [None, *map(str, range(1, len(sent)))]
    assert len({params["jzb"] for params in sent}) == 1
    assert sent[0]["ct"] < sent[-1]["ct"]


def test_retry_pauses_double(simulation):
    simulation.answer = fail("ptm.gif", "guide.json")
    agent = simulation.start_agent()
    simulation.pass_time(agent, 119)
    times = [envelope.received_at for envelope in simulation.requests()]
    assert [(after - before) / 1000 for before, after in itertools.pairwise(times)] == [1, 2, 4, 8, 16, 32]


def test_flush_retries_failed_requests_immediately(simulation, query):
    simulation.answer = fail("ptm.gif", "guide.json")
    agent = simulation.start_agent()
    agent.flush_now()
    assert [query(envelope).get("rt") for envelope in simulation.requests()] == [None, "1"]


def test_failing_request_blocks_only_its_own_queue(simulation):
    agent = simulation.start_agent()
    simulation.answer = lambda envelope: "type=track" in envelope.url
    agent.identify("v2", "a1")
    simulation.pass_time(agent, 0.001)
    agent.identify("v2", "a2")
    agent.track("T")
    simulation.pass_time(agent, 3)
    assert simulation.events("track", type="track")
    assert {event["account_id"] for event in simulation.events("identify")} == {"a1"}


def test_blocked_requests_follow_in_order(simulation):
    simulation.answer = fail("ptm.gif")
    agent = simulation.start_agent()
    for name in "abc":
        agent.track(name)
        agent.flush_now()
    simulation.sent.clear()
    simulation.answer = lambda _: True
    simulation.pass_time(agent, 64)
    assert [event.get("track_event_name") for event in simulation.events(type="track")] == ["a", "b", "c"]


def test_request_is_given_up_after_100_attempts_and_counted(simulation):
    simulation.answer = fail("ptm.gif")
    agent = simulation.start_agent()
    simulation.pass_time(agent, 100 * 65)
    simulation.answer = lambda _: True
    agent.identify("v1", "a1")
    simulation.pass_time(agent, 1)
    assert max(int(envelope.url.partition("&rt=")[2] or 0) for envelope in simulation.requests()) == 99
    assert simulation.events("identify")[-1]["ops"] == {"ptmGifFailures": 1}


@pytest.mark.parametrize(
    ("answer", "delivered"),
    [
        (Response(500, {}, b"\x89PNG\r\n\x1a\n"), True),
        (Response(451, {}, b"GIF89a"), True),
        (Response(200, {}, b"{}"), False),
        (Response(204, {}, b""), False),
    ],
)
def test_image_request_is_delivered_if_the_answer_is_an_image(simulation, answer, delivered):
    simulation.answer = lambda envelope: answer if "ptm.gif" in envelope.url else True
    agent = simulation.start_agent()
    simulation.pass_time(agent, 2)
    assert (len(simulation.requests()) == 1) is delivered


@pytest.mark.parametrize(("status", "delivered"), [(200, True), (204, True), (400, False), (500, False)])
def test_post_is_delivered_only_with_a_2xx_status(simulation, status, delivered):
    simulation.answer = lambda envelope: Response(status, {}, b"") if envelope.method == "POST" else True
    agent = simulation.start_agent(sendEventsWithPostOnly=True)
    simulation.pass_time(agent, 2)
    assert (len(simulation.requests()) == 1) is delivered


def test_success_resets_all_failure_counts(simulation, query):
    agent = simulation.start_agent()
    simulation.answer = fail("ptm.gif")
    for name in "ab":
        agent.track(name)
        agent.flush_now(hidden=True)
    simulation.answer = lambda _: True
    simulation.sent.clear()
    agent.flush_now()
    assert [query(envelope).get("rt") for envelope in simulation.requests()] == ["2", None]


def test_queue_has_one_request_in_flight(simulation):
    agent = simulation.start_agent()
    agent.track("a")
    more = iter("bc")

    def interrupt(_):
        for name in more:
            agent.track(name)
            agent.flush_now()
        return True

    simulation.answer = interrupt
    agent.flush_now()
    assert [event["track_event_name"] for event in simulation.events("track")] == ["a", "b", "c"]


def test_every_api_key_has_its_own_queue(simulation):
    simulation.answer = lambda envelope: "/other?" not in envelope.url
    agent = simulation.start_agent(additionalApiKeys=["other"])
    agent.track("T")
    agent.flush_now()
    simulation.pass_time(agent, 2)
    tries = [envelope.url.split("?")[0].rpartition("/")[2] for envelope in simulation.requests(type="track")]
    assert tries == ["key", "other", "other"]


def test_failed_requests_are_dropped_while_sending_is_stopped(simulation):
    simulation.answer = fail("ptm.gif")
    agent = simulation.start_agent()
    agent.stop_sending_events()
    attempts = len(simulation.requests())
    simulation.answer = lambda _: True
    simulation.pass_time(agent, 300)
    assert len(simulation.requests()) == attempts


def test_each_flush_sends_one_request_after_stop_and_start(simulation):
    agent = simulation.start_agent()
    agent.stop_sending_events()
    agent.start_sending_events()
    simulation.answer = fail("ptm.gif")
    for name in "ab":
        agent.track(name)
        agent.flush_now()
    simulation.pass_time(agent, 300)
    simulation.answer = lambda _: True
    simulation.sent.clear()
    for count in (1, 2):
        agent.flush_now()
        assert len(simulation.requests()) == count
