from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from random import Random

import pytest
import requests

from pendo_contracts.wire.envelope import Response
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.source import Source, TrackingApi
from pendo_destination.source.journal import Journal
from pendo_destination.source.tracking_call import TrackingCall
from pendo_destination.transport.http_transport import HttpTransport

TRACK = {"type": "track", "userId": "u1", "anonymousId": "a1", "event": "Signed Up"}


def call(*events):
    return TrackingCall("W", None, events)


@pytest.fixture
def unreliable(pendo):
    """Return a factory of transports; `fail(url, request_number)` may raise or return a response instead of sending."""
    with HttpTransport(pendo.url) as http:

        def make(fail):
            numbers = count(1)

            def transport(envelope):
                return fail(envelope.url, next(numbers)) or http(envelope)

            return transport

        yield make


@pytest.fixture
def run(make_config):
    """Return a function that runs a source with some calls, closes it and returns its counts."""

    def run_source(transport, *calls, idle=0.01, wait=lambda: None, journal=None, **limits):
        source = Source("W", make_config(transport), idle, journal, **limits)
        source.start()
        for each in calls:
            source.accept(each, datetime.now(UTC))
        wait()
        source.close()
        source.join()
        return source.status()

    return run_source


def unreachable_twice(_url, number):
    if number <= 2:
        raise UnreachableError("unreachable listens")


def test_events_wait_in_order_until_pendo_is_reachable(run, unreliable, pendo):
    events = [TRACK | {"event": f"E{n}"} for n in range(3)]
    counted = run(unreliable(unreachable_twice), call(*events), wait=lambda: pendo.wait(3, type="track"))
    assert [event.value["track_event_name"] for event in pendo.events(type="track")] == ["E0", "E1", "E2"]
    assert (counted["performed"], counted["undelivered"]) == (3, 0)


def unreachable(_url, _number):
    raise UnreachableError("unreachable listens")


def test_events_unsent_at_the_end_are_counted_and_logged(run, unreliable, caplog):
    assert run(unreliable(unreachable), call(TRACK, TRACK))["undelivered"] == 2
    assert "W: an event was not sent: unreachable listens" in caplog.messages


def test_requests_rejected_by_pendo_are_retried(run, unreliable, pendo):
    rejections = iter([Response(503, {}, b"")] * 3)
    counted = run(unreliable(lambda url, _: next(rejections, None) if "/data/ptm.gif" in url else None), call(TRACK))
    assert len(pendo.events(type="track")) == 1
    assert (counted["performed"], counted["undelivered"]) == (1, 0)


def test_permanently_rejected_requests_are_counted_and_logged(run, unreliable, caplog):
    counted = run(unreliable(lambda url, _: Response(503, {}, b"") if "ptm.gif" in url else None), call(TRACK))
    assert (counted["performed"], counted["undelivered"]) == (1, 1)
    assert "W: 1 visitors left with requests that Pendo did not accept" in caplog.messages


def unreadable_configuration(_url, number):
    return Response(200, {}, b"not JSON") if number <= 2 else None


def test_destination_error_rejects_only_one_event(run, unreliable, pendo):
    counted = run(unreliable(unreadable_configuration), call(TRACK | {"event": "first"}, TRACK | {"event": "second"}))
    assert [event.value["track_event_name"] for event in pendo.events(type="track")] == ["second"]
    assert sum(counted["rejected"].values()) == 1


def test_delivered_and_rejected_events_leave_the_journal(run, unreliable):
    journal = Journal()
    counted = run(unreliable(lambda *_: None), call(TRACK, TRACK | {"event": 5.5, "properties": []}), journal=journal)
    assert (counted["performed"], len(counted["rejected"]), journal.count_pending()) == (1, 1, {})


@pytest.mark.parametrize("fail", [unreachable, lambda url, _: Response(503, {}, b"") if "ptm.gif" in url else None])
def test_next_source_sends_undelivered_events_of_the_journal(run, unreliable, pendo, fail):
    journal = Journal()
    run(unreliable(fail), call(TRACK), journal=journal)
    assert (pendo.events(type="track"), journal.count_pending()) == ([], {"W": 1})
    counted = run(unreliable(lambda *_: None), journal=journal)
    assert (counted["replayed"], counted["performed"], journal.count_pending()) == (1, 1, {})
    assert len(pendo.events(type="track")) == 1


def test_rejected_visitor_does_not_keep_others_in_the_journal(run, unreliable):
    journal = Journal()
    large = TRACK | {"userId": "u2", "anonymousId": "a2", "properties": {"filler": Random(7).randbytes(3000).hex()}}
    without_posts = unreliable(lambda url, _: Response(503, {}, b"") if "&s=" in url else None)
    run(without_posts, call(TRACK, large), journal=journal)
    assert [event["userId"] for event in journal.pending("W")] == ["u2"]


def test_event_is_not_acknowledged_if_the_journal_fails(make_config):
    journal = Journal()
    with TrackingApi([Source("W", make_config(), journal=journal)]) as api:
        journal.close()
        answer = requests.post(f"{api.url}/v1/track", json=TRACK, auth=("W", ""), timeout=30)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["code"] == "journal_unavailable"


def test_journal_update_failure_is_logged_and_does_not_delay_events(run, unreliable, pendo, caplog):
    journal = Journal()
    counted = run(unreliable(lambda *_: None), call(TRACK), call(TRACK), idle=60, wait=journal.close, journal=journal)
    assert (counted["performed"], len(pendo.events(type="track"))) == (2, 2)
    assert any("the journal keeps events that were sent" in message for message in caplog.messages)


def test_closed_source_rejects_events(make_config):
    source = Source("W", make_config())
    source.close()
    with pytest.raises(DestinationError) as refused:
        source.accept(call(TRACK), datetime.now(UTC))
    assert refused.value.kind == "closing"


def test_full_source_rejects_the_whole_call_with_429(make_config):
    source = Source("W", make_config(), max_waiting=2)
    source.accept(call(TRACK), datetime.now(UTC))
    with pytest.raises(DestinationError) as refused:
        source.accept(call(TRACK, TRACK), datetime.now(UTC))
    assert (refused.value.kind, source.status()["received"]) == ("rate_limit", 1)


def test_pages_are_left_after_max_visit_even_without_idle_time(run, pendo):
    with HttpTransport(pendo.url) as transport:
        run(transport, call(TRACK), idle=60, max_visit=0, wait=lambda: pendo.wait(type="track"))


def test_events_of_fifty_concurrent_senders_are_delivered_exactly_once(api, pendo):
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


def test_stopping_server_sends_accepted_events(make_config, pendo):
    with TrackingApi([Source("W", make_config(), idle=60)]) as api:
        requests.post(f"{api.url}/v1/track", json=TRACK, auth=("W", ""), timeout=30).raise_for_status()
    assert len(pendo.events(type="track")) == 1


def test_port_in_use_raises_oserror(api):
    with pytest.raises(OSError, match="in use"):
        TrackingApi([], port=int(api.url.rpartition(":")[2]))
