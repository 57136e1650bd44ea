import json
from functools import partial
from http import HTTPStatus

import pytest

from pendo_contracts.beacon import from_envelope
from pendo_contracts.envelope import Response
from pendo_destination.agent.offline import OfflineTransport
from pendo_destination.browser.device import Device, Setup
from pendo_destination.destinations import webhook
from pendo_destination.destinations.classic import Classic
from pendo_destination.destinations.delivery import Outcome
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.instance import compile_plugins
from pendo_destination.runtime.settings import with_defaults

COMMON = {"timestamp": "2026-01-02T03:04:05.678Z", "anonymousId": "anon", "userId": "user"}
IDENTIFY = COMMON | {"type": "identify", "traits": {"plan": "pro"}}
GROUP = COMMON | {"type": "group", "groupId": "g", "traits": {"seats": 5}}
TRACK = COMMON | {"type": "track", "event": "E", "properties": {}}
PLUGINS = compile_plugins(PENDO_WEB, PENDO_WEB.presets)
ACTIONS = {"apiKey": "k", "region": "https://cdn.pendo.io"}
CLASSIC = partial(Classic, {"apiKey": "k"})


@pytest.fixture
def wire():
    return OfflineTransport()


def cloud(transport):
    return lambda _connect: webhook.Webhook(with_defaults(webhook.SETTINGS, {"apiKey": "k"}), transport)


def device(transport, *beside, plugins=()):
    return Device(Setup(PENDO_WEB, ACTIONS, plugins, transport, beside=beside))


def beacons(wire, subject):
    found = [beacon for beacon in map(from_envelope, wire.take()) if beacon.endpoint_name == subject]
    return [event.value for beacon in found for event in beacon.events]


def test_the_classic_destination_reaches_pendo_through_the_agent(wire):
    classic = device(wire, CLASSIC)
    assert [classic.send(event) for event in (IDENTIFY, GROUP, TRACK)] == [
        [Outcome(), Outcome(1)],
        [Outcome(), Outcome(1)],
        [Outcome(), Outcome()],
    ]
    classic.leave()
    events = beacons(wire, "ptm.gif")
    assert events[0]["visitor_id"].startswith("_PENDO_T_"), "the agent starts with a visitor of its own"
    meta = [event["props"] for event in events if event["type"] == "meta"]
    assert (meta[-1]["visitor"]["id"], meta[-1]["visitor"]["plan"]) == ("user", "pro")
    assert meta[-1]["account"] == {"id": "g", "seats": 5}


def test_a_date_among_the_traits_arrives_as_a_moment(wire):
    classic = device(wire, CLASSIC)
    classic.send(IDENTIFY | {"userId": "2026-01-02", "traits": {"since": "0950-01-02"}})
    classic.leave()
    last = beacons(wire, "ptm.gif")[-1]["props"]["visitor"]
    assert last["since"] == "0950-01-02T00:00:00.000Z"
    assert last["id"].startswith("_PENDO_T_"), "a date is no id to the agent"


def test_two_destinations_of_device_mode_load_the_script_twice_and_share_the_agent(wire):
    both = device(wire, CLASSIC, plugins=PLUGINS)
    assert both.send(IDENTIFY) == [Outcome(1), Outcome(1)]
    paths = [envelope.url.rpartition("/")[2] for envelope in wire.envelopes]
    assert (paths.count("pendo.js"), paths.count("config.json")) == (2, 1)
    both.leave()
    assert {event["visitor_id"] for event in beacons(wire, "ptm.gif") if event["type"] == "load"} == {"_PENDO_T_anon"}


def test_with_the_webhook_beside_it_every_track_is_sent_twice(wire):
    double = device(wire, cloud(wire), plugins=PLUGINS)
    assert double.send(TRACK) == [Outcome(1), Outcome(1)]
    double.leave()
    sent = [event.type for envelope in wire.take() for event in from_envelope(envelope).events]
    assert sent.count("track") == 2


def test_one_destination_that_refuses_an_event_does_not_keep_it_from_the_others(wire):
    refused, posted = device(wire, cloud(wire), plugins=PLUGINS).send(TRACK | {"event": ""})
    assert (refused.failure.kind, posted) == ("invalid_event", Outcome(1))


def test_one_destination_that_cannot_start_does_not_keep_events_from_the_others(wire):
    def without_scripts(envelope):
        return Response(HTTPStatus.NOT_FOUND, {}, b"") if envelope.url.endswith("pendo.js") else wire(envelope)

    lame = device(without_scripts, cloud(wire), plugins=PLUGINS)
    for _ in range(2):
        actions, posted = lame.send(TRACK)
        assert (actions.failure.kind, posted) == ("no_agent", Outcome(1))
    assert [json.loads(envelope.body) for envelope in wire.take()] == [TRACK, TRACK]


def test_the_webhook_knows_the_group_that_came_before(wire):
    settings = with_defaults(webhook.SETTINGS, {"apiKey": "k", "groupIdInProperties": True})
    lone = device(wire, lambda _connect: webhook.Webhook(settings, wire))
    for event in (GROUP, TRACK, TRACK | {"timestamp": "2026-01-03T00:00:00Z"}):
        lone.send(event)
    assert [event.get("properties") for event in beacons(wire, "segmentio")] == [
        None,
        {"groupId": "g"},
        {"groupId": "g"},
    ]


def on(url, **event):
    return TRACK | {"context": {"page": {"url": url}}} | event


def test_an_event_carries_the_url_that_its_visitor_has_moved_on_to(wire):
    visitor = device(wire, plugins=PLUGINS)
    for event in (on("https://a.example/"), on("https://a.example/cart?x=1", type="page"), TRACK, on("/paid")):
        visitor.send(event)
    visitor.leave()
    events = [event for event in beacons(wire, "ptm.gif") if event["type"] in {"load", "track"}]
    assert [(event["type"], event["url"]) for event in sorted(events, key=lambda event: event["sequence"])] == [
        ("load", "https://a.example/"),
        ("track", "https://a.example/"),
        ("load", "https://a.example/cart?x=1"),
        ("track", "https://a.example/cart?x=1"),
        ("load", "https://a.example/paid"),
        ("track", "https://a.example/paid"),
    ]


def test_a_page_is_loaded_once_and_anew_only_at_another_origin(wire):
    visitor = device(wire, plugins=PLUGINS)
    scripts = []
    for url in ("https://a.example/", "https://a.example/cart", "https://pay.example/cart"):
        visitor.send(on(url))
        scripts.append(sum(envelope.url.endswith("pendo.js") for envelope in wire.envelopes))
    assert scripts == [1, 1, 2]


@pytest.mark.parametrize("url", [None, 5, "http://[", ""])
def test_an_event_that_names_no_page_leaves_the_visitor_where_it_was(wire, url):
    visitor = device(wire, plugins=PLUGINS)
    for event in (on("https://a.example/cart"), on(url)):
        visitor.send(event)
    visitor.leave()
    assert {event["url"] for event in beacons(wire, "ptm.gif")} == {"https://a.example/cart"}
