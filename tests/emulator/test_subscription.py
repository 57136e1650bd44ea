"""The effects of a subscription on the agent's configuration and on the notes of an exchange."""

import pytest
import requests

from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_contracts.wire import jzb
from pendo_contracts.wire.region import REGIONS
from pendo_emulator.subscription import NO_TRACK

EVENT = {"messageId": "m", "timestamp": "2026-01-02T03:04:05.678Z", "userId": "u"}
TRACK = EVENT | {"type": "track", "event": "Report Exported", "properties": {}}


@pytest.fixture
def config(pendo):
    """Download the configuration, by Host header or by path."""

    def download(host, *, by_path=False):
        path = f"/agent/static/{pendo.api_key}/config.json"
        base, headers = (pendo.host_url(host), {}) if by_path else (pendo.url, {"host": host})
        return requests.get(base + path, headers=headers, timeout=30).json()

    return download


@pytest.fixture
def post(pendo):
    """Post a Segment event as the webhook does."""
    return lambda event, host="data.pendo.io": requests.post(
        f"{pendo.host_url(host)}/data/segmentio/{pendo.api_key}", json=event, timeout=5
    )


def test_contract_lists_every_region():
    assert load_contract("subscription").schema["properties"]["region"]["enum"] == list(REGIONS)


def test_unknown_time_zone_is_refused(pendo):
    pendo.subscribe(engage={"time_zone": "Europe/Berlin"})
    with pytest.raises(BrokenDocumentError, match="'Europe/Berlln' is not a time zone of this system"):
        pendo.subscribe(engage={"time_zone": "Europe/Berlln"})


def test_cname_is_configured_and_reachable_without_dns(pendo, config):
    pendo.subscribe(data_host="data.customer.example", content_host="content.customer.example")
    assert config("cdn.pendo.io")["dataHost"] == "https://data.customer.example"
    assert config("cdn.pendo.io")["contentHost"] == "content.customer.example"
    assert config("cdn.pendo.io", by_path=True)["dataHost"] == pendo.host_url("data.customer.example")


@pytest.mark.parametrize("mistake", ["http://data.customer.example", "https://data.customer.example/", "https:///"])
def test_invalid_cname_is_not_corrected(pendo, config, mistake):
    pendo.subscribe(data_host=mistake)
    assert [config("cdn.pendo.io", by_path=way)["dataHost"] for way in (False, True)] == [mistake, mistake]


def test_configuration_on_a_cname_has_the_region_of_the_key(pendo, config):
    pendo.subscribe(region="eu")
    assert config("content.customer.example")["env"] == "prod-eu"


def test_subscription_adds_to_the_configuration(pendo, config):
    pendo.subscribe(config={"additionalApiKeys": ["second"], "sendEventsWithPostOnly": True})
    assert config("cdn.eu.pendo.io") == {
        "apiKey": pendo.api_key, "env": "prod-eu", "server": "https://app.eu.pendo.io",
        "assetHost": "https://cdn.eu.pendo.io", "dataHost": "https://data.eu.pendo.io",
        "additionalApiKeys": ["second"], "sendEventsWithPostOnly": True,
    }  # fmt: skip


def test_webhook_track_call_gets_a_note(pendo, post):
    answer = post(TRACK)
    assert (answer.status_code, answer.headers["X-Emulator-Verdict"]) == (200, "good")
    assert answer.headers["X-Emulator-Note"] == NO_TRACK
    assert [exchange.notes for exchange in pendo.exchanges()] == [(NO_TRACK,)]
    assert (pendo.report().good, NO_TRACK in pendo.report().notes) == (True, True)


def test_webhook_track_call_gets_no_note_once_enabled(pendo, post):
    pendo.subscribe(segment_track=True)
    assert "X-Emulator-Note" not in post(TRACK).headers


def test_webhook_identify_and_group_get_no_note(post):
    assert "X-Emulator-Note" not in post(EVENT | {"type": "identify", "traits": {}}).headers
    assert "X-Emulator-Note" not in post(EVENT | {"type": "group", "groupId": "g", "traits": {}}).headers


def test_request_with_a_key_of_another_region_gets_a_note(pendo, send):
    pendo.subscribe(region="eu")
    assert "belongs to region eu: region io" in send("data.pendo.io").headers["X-Emulator-Note"]
    assert "X-Emulator-Note" not in send("data.eu.pendo.io").headers
    assert "X-Emulator-Note" not in send("data.customer.example").headers
    assert [group.rule for group in pendo.findings("error")] == ["key-in-two-regions"]


def test_every_error_of_a_document_is_reported(pendo):
    with pytest.raises(BrokenDocumentError, match=r"/region: [^;]*; /segment_track:"):
        pendo.subscribe(region="us", segment_track="on")


@pytest.mark.parametrize(
    ("visitor", "flags"), [("v-1", ["new-ui", "beta"]), ("v-2", ["new-ui"]), (["v-1"], ["new-ui"])]
)
def test_segment_flags_are_those_of_the_visitor(pendo, visitor, flags):
    pendo.subscribe(segment_flags={"new-ui": True, "beta": ["v-1"]})
    url = f"{pendo.host_url('data.pendo.io')}/data/segmentflag.json/{pendo.api_key}"
    packed = jzb.encode({"visitorId": visitor, "accountId": "a", "url": "https://app.example/"})
    answer = requests.get(url, params={"jzb": packed}, timeout=30)
    assert answer.json() == {"segmentFlags": flags}
