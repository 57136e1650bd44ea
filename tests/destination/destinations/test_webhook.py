import json

import pytest

from pendo_contracts.wire.envelope import Response
from pendo_contracts.wire.region import REGIONS
from pendo_destination.destinations.webhook import SETTINGS, Webhook, webhook_url
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.runtime.settings_check import with_defaults
from pendo_destination.runtime.stored_identity import Group, StoredIdentity
from pendo_destination.transport.http_transport import HttpTransport
from pendo_destination.transport.retry import Receipt, Retry

TRACK = {"type": "track", "event": "E", "properties": {"a": 1}, "userId": "u", "timestamp": "2026-01-02T03:04:05Z"}


class Host:
    """A host that always answers with the same status, or never if it is None. Retries do not wait."""

    def __init__(self, status=200):
        self.status, self.envelopes = status, []

    def __call__(self, envelope):
        self.envelopes.append(envelope)
        if self.status is None:
            raise UnreachableError("nobody there")
        return Response(self.status, {}, b"")

    def webhook(self, **settings):
        complete = with_defaults(SETTINGS, {"apiKey": "k"} | settings)
        return Webhook(complete, self, Retry(sleep=lambda _seconds: None))


@pytest.mark.parametrize("kind", ["identify", "group", "track"])
def test_event_arrives_unchanged_in_its_region(pendo, pendo_region, kind):
    event = TRACK | {"type": kind, "groupId": "g", "traits": {"łódź": ["日本", None]}}
    with HttpTransport(pendo.url) as transport:
        settings = with_defaults(SETTINGS, {"apiKey": pendo.api_key, "region": pendo_region.name})
        assert Webhook(settings, transport).deliver(event) == 1
    (exchange,) = pendo.exchanges()
    assert (exchange.beacon.place.label, exchange.beacon.endpoint_name) == (pendo_region.name, "segmentio")
    assert exchange.beacon.payload == event
    pendo.assert_kept()


@pytest.mark.parametrize(
    ("region", "url"),
    [
        ("io", "https://data.pendo.io/data/segmentio/k"),
        ("eu", "https://data.eu.pendo.io/data/segmentio/k"),
        ("us1", "https://us1.data.pendo.io/data/segmentio/k"),
        ("jp", "https://data.jpn.pendo.io/data/segmentio/k"),
    ],
)
def test_each_region_has_a_url(region, url):
    assert webhook_url({"apiKey": "k", "region": region}) == url
    assert set(SETTINGS["region"].choices) == set(REGIONS)


def test_request_is_json_with_one_event():
    host = Host()
    host.webhook().post(TRACK | {"n": 12345678901234567890})
    (envelope,) = host.envelopes
    assert (envelope.method, envelope.headers) == ("POST", {"content-type": "application/json"})
    assert json.loads(envelope.body) == TRACK | {"n": 12345678901234567000}


@pytest.mark.parametrize(
    ("event", "settings", "reason"),
    [
        (TRACK | {"type": "page"}, {}, "Pendo accepts only identify, group and track"),
        (TRACK | {"type": None}, {}, "Pendo accepts only identify, group and track"),
        (TRACK, {"sendTrack": False}, "sendTrack is off"),
        (TRACK | {"integrations": {"All": False}}, {}, "blocked by the event's integrations"),
        (TRACK | {"integrations": {"Webhook": False}}, {}, "blocked by the event's integrations"),
        (TRACK | {"integrations": {"Webhooks (Actions)": False}}, {}, "blocked by the event's integrations"),
    ],
)
def test_events_not_for_pendo_are_skipped(event, settings, reason):
    host = Host()
    webhook = host.webhook(**settings)
    assert webhook.post(event) == Receipt("skipped", reason)
    assert webhook.deliver(event) == 0
    assert host.envelopes == []


@pytest.mark.parametrize(("status", "requests"), [(400, 1), (503, 4)])
def test_rejected_event_raises_an_error_with_attempts(status, requests):
    host = Host(status)
    with pytest.raises(DestinationError, match=rf"Webhooks \(Actions\): answered with {status}") as raised:
        host.webhook().deliver(TRACK)
    assert raised.value.attempts == len(host.envelopes) == requests
    assert len({envelope.body for envelope in host.envelopes}) == 1


def test_unanswered_event_raises_unreachable_error():
    with pytest.raises(UnreachableError, match="nobody there"):
        Host(None).webhook().deliver(TRACK)


@pytest.mark.parametrize(
    ("event", "properties"),
    [
        (TRACK, {"a": 1, "groupId": "g"}),
        (TRACK | {"properties": None}, {"groupId": "g"}),
        (TRACK | {"properties": {"groupId": "own"}}, {"groupId": "own"}),
        (TRACK | {"properties": "text"}, "text"),
        (TRACK | {"type": "identify"}, {"a": 1}),
    ],
)
def test_known_group_is_added_to_track_properties_on_request(event, properties):
    host = Host()
    for wanted in (True, False):
        webhook = host.webhook(groupIdInProperties=wanted)
        webhook.load(StoredIdentity(group=Group("g")))
        webhook.post(event)
    with_group, unchanged = (json.loads(envelope.body) for envelope in host.envelopes)
    assert (with_group["properties"], unchanged) == (properties, event)


def test_nothing_is_added_without_a_known_group():
    host = Host()
    host.webhook(groupIdInProperties=True).post(TRACK)
    assert json.loads(host.envelopes[0].body) == TRACK
