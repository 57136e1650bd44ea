from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random

import pytest
import requests

from pendo_contracts.envelope import Response
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.source import Source, TrackingApi
from pendo_destination.source.call import Call
from pendo_destination.source.journal import Journal
from pendo_destination.transport.http import HttpTransport

TRACK = {"type": "track", "userId": "u1", "anonymousId": "a1", "event": "Signed Up"}


def call(*events):
    return Call("W", None, events)


@pytest.fixture
def unreliable(pendo):
    """Make a transport that fails as a function of the URL and how often it was asked tells, and works otherwise."""
    with HttpTransport(pendo.url) as http:

        def make(fail):
            asked = []

            def transport(envelope):
                asked.append(envelope.url)
                return fail(envelope.url, len(asked)) or http(envelope)

            return transport

        yield make


@pytest.fixture
def run(make_setup):
    """Run a source until it is closed, and give what it counted."""

    def run_source(transport, *calls, idle=0.01, wait=lambda: None, journal=None):
        source = Source("W", make_setup(transport), idle, journal)
        source.start()
        for each in calls:
            source.accept(each, datetime.now(UTC))
        wait()
        source.close()
        source.join()
        return source.status()

    return run_source


def refuse_connection(_url, asked):
    if asked <= 2:
        raise UnreachableError("nobody listens")


def test_events_wait_in_order_until_pendo_can_be_reached(run, unreliable, pendo):
    events = [TRACK | {"event": f"E{n}"} for n in range(3)]
    counted = run(unreliable(refuse_connection), call(*events), wait=lambda: pendo.wait(3, type="track"))
    assert [event.value["track_event_name"] for event in pendo.events(type="track")] == ["E0", "E1", "E2"]
    assert (counted["performed"], counted["undelivered"]) == (3, 0)


def nobody(_url, _asked):
    raise UnreachableError("nobody listens")


def test_what_cannot_be_sent_even_at_the_end_is_counted_and_logged(run, unreliable, caplog):
    assert run(unreliable(nobody), call(TRACK, TRACK))["undelivered"] == 2
    assert "W: an event was not sent: nobody listens" in caplog.messages


def test_what_pendo_refuses_is_retried_as_the_agent_does(run, unreliable, pendo):
    refusals = iter([Response(503, {}, b"")] * 3)
    counted = run(unreliable(lambda url, _: next(refusals, None) if "/data/ptm.gif" in url else None), call(TRACK))
    assert len(pendo.events(type="track")) == 1
    assert (counted["performed"], counted["undelivered"]) == (1, 0)


def test_what_pendo_keeps_refusing_is_counted_and_logged(run, unreliable, caplog):
    counted = run(unreliable(lambda url, _: Response(503, {}, b"") if "ptm.gif" in url else None), call(TRACK))
    assert (counted["performed"], counted["undelivered"]) == (1, 1)
    assert "W: 1 visitors left with requests that Pendo did not take" in caplog.messages


def broken_script(_url, asked):
    return Response(200, {}, b"no JSON") if asked <= 2 else None


def test_an_error_in_the_destination_costs_one_event(run, unreliable, pendo):
    counted = run(unreliable(broken_script), call(TRACK | {"event": "first"}, TRACK | {"event": "second"}))
    assert [event.value["track_event_name"] for event in pendo.events(type="track")] == ["second"]
    assert sum(counted["rejected"].values()) == 1


def test_what_is_delivered_or_rejected_leaves_the_journal(run, unreliable):
    journal = Journal()
    counted = run(unreliable(lambda *_: None), call(TRACK, TRACK | {"event": 5.5, "properties": []}), journal=journal)
    assert (counted["performed"], len(counted["rejected"]), journal.count()) == (1, 1, {})


@pytest.mark.parametrize("fail", [nobody, lambda url, _: Response(503, {}, b"") if "ptm.gif" in url else None])
def test_what_could_not_be_delivered_is_sent_by_the_next_source_with_the_journal(run, unreliable, pendo, fail):
    journal = Journal()
    run(unreliable(fail), call(TRACK), journal=journal)
    assert (pendo.events(type="track"), journal.count()) == ([], {"W": 1})
    counted = run(unreliable(lambda *_: None), journal=journal)
    assert (counted["replayed"], counted["performed"], journal.count()) == (1, 1, {})
    assert len(pendo.events(type="track")) == 1


def test_one_visitor_whom_pendo_refuses_keeps_no_other_in_the_journal(run, unreliable):
    journal = Journal()
    large = TRACK | {"userId": "u2", "anonymousId": "a2", "properties": {"filler": Random(7).randbytes(3000).hex()}}
    without_posts = unreliable(lambda url, _: Response(503, {}, b"") if "&s=" in url else None)
    run(without_posts, call(TRACK, large), journal=journal)
    assert [event["userId"] for event in journal.waiting("W")] == ["u2"]


def test_what_the_journal_does_not_take_is_not_acknowledged(make_setup):
    journal = Journal()
    with TrackingApi([Source("W", make_setup(), journal=journal)]) as api:
        journal.close()
        answer = requests.post(f"{api.url}/v1/track", json=TRACK, auth=("W", ""), timeout=5)
    assert answer.status_code == 500


def test_a_journal_that_does_not_let_go_is_told_of_and_hinders_nothing(run, unreliable, pendo, caplog):
    journal = Journal()
    counted = run(unreliable(lambda *_: None), call(TRACK), call(TRACK), idle=60, wait=journal.close, journal=journal)
    assert (counted["performed"], len(pendo.events(type="track"))) == (2, 2)
    assert any("the journal keeps events that were sent" in message for message in caplog.messages)


def test_a_closed_source_asks_to_come_back(make_setup):
    source = Source("W", make_setup())
    source.close()
    with pytest.raises(DestinationError) as refused:
        source.accept(call(TRACK), datetime.now(UTC))
    assert refused.value.kind == "closing"


def test_a_full_source_takes_nothing_of_a_call_and_asks_to_come_back(make_setup, monkeypatch):
    monkeypatch.setattr("pendo_destination.source.source.WAITING_LIMIT", 2)
    source = Source("W", make_setup())
    source.accept(call(TRACK), datetime.now(UTC))
    with pytest.raises(DestinationError) as refused:
        source.accept(call(TRACK, TRACK), datetime.now(UTC))
    assert (refused.value.kind, source.status()["received"]) == ("rate_limit", 1)


def test_pages_are_left_after_a_while_even_if_events_keep_coming(run, pendo, monkeypatch):
    monkeypatch.setattr("pendo_destination.source.source.VISIT_LIMIT", 0)
    with HttpTransport(pendo.url) as transport:
        run(transport, call(TRACK), idle=60, wait=lambda: pendo.wait(type="track"))


def test_fifty_senders_at_once_lose_nothing_and_double_nothing(api, pendo):
    def send(sender):
        with requests.Session() as session:
            for number in range(4):
                event = {"userId": f"u{sender}", "event": f"{sender}-{number}", "messageId": f"{sender}-{number}"}
                session.post(f"{api.url}/v1/track", json=event, auth=("W", ""), timeout=30).raise_for_status()

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(send, range(50)))
    api.stop()
    names = [event.value["track_event_name"] for event in pendo.events(type="track")]
    assert sorted(names) == sorted(f"{sender}-{number}" for sender in range(50) for number in range(4))


def test_a_server_that_stops_sends_what_it_accepted(make_setup, pendo):
    with TrackingApi([Source("W", make_setup(), idle=60)]) as api:
        requests.post(f"{api.url}/v1/track", json=TRACK, auth=("W", ""), timeout=5).raise_for_status()
    assert len(pendo.events(type="track")) == 1


def test_a_port_in_use_says_so(api):
    with pytest.raises(OSError, match="in use"):
        TrackingApi([], port=int(api.url.rpartition(":")[2]))
