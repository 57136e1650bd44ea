import json
from functools import partial
from http import HTTPStatus

import pytest

from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Response
from pendo_destination.agent.offline_transport import OfflineTransport
from pendo_destination.browser.browser_tab import BrowserTab
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations import webhook
from pendo_destination.destinations.classic import ClassicIntegration
from pendo_destination.destinations.delivery_outcome import DeliveryOutcome
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.runtime.settings_check import with_defaults

COMMON = {"timestamp": "2026-01-02T03:04:05.678Z", "anonymousId": "anon", "userId": "user"}
IDENTIFY = COMMON | {"type": "identify", "traits": {"plan": "pro"}}
GROUP = COMMON | {"type": "group", "groupId": "g", "traits": {"seats": 5}}
TRACK = COMMON | {"type": "track", "event": "E", "properties": {}}
PLUGINS = compile_plugins(PENDO_WEB, PENDO_WEB.presets)
ACTIONS = {"apiKey": "k", "region": "https://cdn.pendo.io"}
CLASSIC = partial(ClassicIntegration, {"apiKey": "k"})


@pytest.fixture
def transport():
    return OfflineTransport()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"5", b"[" * 100_000, b"\xff"])
def test_configuration_that_is_not_an_object_makes_the_event_fail(body):
    def answer(envelope):
        return Response(200, {}, body if envelope.url.endswith("config.json") else b"")

    (outcome,) = open_tab(answer, plugins=PLUGINS).send(TRACK)
    assert (outcome.failure.kind, "JSON object" in str(outcome.failure)) == ("no_agent", True)


def webhook_plugin(transport):
    return lambda _connect: webhook.Webhook(with_defaults(webhook.SETTINGS, {"apiKey": "k"}), transport)


def open_tab(transport, *other_destinations, plugins=()):
    return BrowserTab(SiteConfig(PENDO_WEB, ACTIONS, plugins, transport, other_destinations=other_destinations))


def events_sent(transport, endpoint):
    beacons = [beacon for beacon in map(from_envelope, transport.take()) if beacon.endpoint_name == endpoint]
    return [event.value for beacon in beacons for event in beacon.events]


def test_classic_events_reach_pendo_through_the_agent(transport):
    classic = open_tab(transport, CLASSIC)
    assert [classic.send(event) for event in (IDENTIFY, GROUP, TRACK)] == [
        [DeliveryOutcome(), DeliveryOutcome(1)],
        [DeliveryOutcome(), DeliveryOutcome(1)],
        [DeliveryOutcome(), DeliveryOutcome()],
    ]
    classic.leave()
    events = events_sent(transport, "ptm.gif")
    assert events[0]["visitor_id"].startswith("_PENDO_T_"), "the agent starts with a generated visitor"
    meta = [event["props"] for event in events if event["type"] == "meta"]
    assert (meta[-1]["visitor"]["id"], meta[-1]["visitor"]["plan"]) == ("user", "pro")
    assert meta[-1]["account"] == {"id": "g", "seats": 5}


def test_classic_sends_date_traits_as_timestamps(transport):
    classic = open_tab(transport, CLASSIC)
    classic.send(IDENTIFY | {"userId": "2026-01-02", "traits": {"since": "0950-01-02"}})
    classic.leave()
    last = events_sent(transport, "ptm.gif")[-1]["props"]["visitor"]
    assert last["since"] == "0950-01-02T00:00:00.000Z"
    assert last["id"].startswith("_PENDO_T_"), "the agent ignores a date as an id"


def test_two_device_mode_destinations_share_one_agent(transport):
    both = open_tab(transport, CLASSIC, plugins=PLUGINS)
    assert both.send(IDENTIFY) == [DeliveryOutcome(1), DeliveryOutcome(1)]
    paths = [envelope.url.rpartition("/")[2] for envelope in transport.envelopes]
    assert (paths.count("pendo.js"), paths.count("config.json")) == (2, 1)
    both.leave()
    assert {event["visitor_id"] for event in events_sent(transport, "ptm.gif") if event["type"] == "load"} == {
        "_PENDO_T_anon"
    }


def test_actions_and_webhook_send_a_track_twice(transport):
    both = open_tab(transport, webhook_plugin(transport), plugins=PLUGINS)
    assert both.send(TRACK) == [DeliveryOutcome(1), DeliveryOutcome(1)]
    both.leave()
    sent = [event.type for envelope in transport.take() for event in from_envelope(envelope).events]
    assert sent.count("track") == 2


def test_rejection_by_one_destination_does_not_affect_others(transport):
    rejected, posted = open_tab(transport, webhook_plugin(transport), plugins=PLUGINS).send(TRACK | {"event": ""})
    assert (rejected.failure.kind, posted) == ("invalid_event", DeliveryOutcome(1))


def test_failed_start_of_one_destination_does_not_affect_others(transport):
    def without_scripts(envelope):
        return Response(HTTPStatus.NOT_FOUND, {}, b"") if envelope.url.endswith("pendo.js") else transport(envelope)

    visitor = open_tab(without_scripts, webhook_plugin(transport), plugins=PLUGINS)
    for _ in range(2):
        actions, posted = visitor.send(TRACK)
        assert (actions.failure.kind, posted) == ("no_agent", DeliveryOutcome(1))
    assert [json.loads(envelope.body) for envelope in transport.take()] == [TRACK, TRACK]


def test_webhook_adds_the_group_of_an_earlier_event(transport):
    settings = with_defaults(webhook.SETTINGS, {"apiKey": "k", "groupIdInProperties": True})
    visitor = open_tab(transport, lambda _connect: webhook.Webhook(settings, transport))
    for event in (GROUP, TRACK, TRACK | {"timestamp": "2026-01-03T00:00:00Z"}):
        visitor.send(event)
    assert [event.get("properties") for event in events_sent(transport, "segmentio")] == [
        None,
        {"groupId": "g"},
        {"groupId": "g"},
    ]


def track_on(url, **event):
    return TRACK | {"context": {"page": {"url": url}}} | event


def test_events_carry_the_current_url(transport):
    visitor = open_tab(transport, plugins=PLUGINS)
    for event in (
        track_on("https://a.example/"),
        track_on("https://a.example/cart?x=1", type="page"),
        TRACK,
        track_on("/paid"),
    ):
        visitor.send(event)
    visitor.leave()
    events = [event for event in events_sent(transport, "ptm.gif") if event["type"] in {"load", "track"}]
    assert [(event["type"], event["url"]) for event in sorted(events, key=lambda event: event["sequence"])] == [
        ("load", "https://a.example/"),
        ("track", "https://a.example/"),
        ("load", "https://a.example/cart?x=1"),
        ("track", "https://a.example/cart?x=1"),
        ("load", "https://a.example/paid"),
        ("track", "https://a.example/paid"),
    ]


def test_agent_is_reloaded_only_for_another_origin(transport):
    visitor = open_tab(transport, plugins=PLUGINS)
    scripts = []
    for url in ("https://a.example/", "https://a.example/cart", "https://pay.example/cart"):
        visitor.send(track_on(url))
        scripts.append(sum(envelope.url.endswith("pendo.js") for envelope in transport.envelopes))
    assert scripts == [1, 1, 2]


@pytest.mark.parametrize("url", [None, 5, "http://[", ""])
def test_event_without_a_usable_url_keeps_the_page(transport, url):
    visitor = open_tab(transport, plugins=PLUGINS)
    for event in (track_on("https://a.example/cart"), track_on(url)):
        visitor.send(event)
    visitor.leave()
    assert {event["url"] for event in events_sent(transport, "ptm.gif")} == {"https://a.example/cart"}
