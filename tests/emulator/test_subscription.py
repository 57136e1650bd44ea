"""The subscription: what Pendo knows of an API key shows in the agent's configuration and in notes."""

import pytest
import requests

from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_contracts.region import REGIONS
from pendo_emulator.subscription import NO_TRACK

EVENT = {"messageId": "m", "timestamp": "2026-01-02T03:04:05.678Z", "userId": "u"}
TRACK = EVENT | {"type": "track", "event": "Report Exported", "properties": {}}


@pytest.fixture
def config(pendo):
    """Download the configuration, by Host header or by path."""

    def download(host, *, by_path=False):
        path = f"/agent/static/{pendo.api_key}/config.json"
        base, headers = (pendo.host_url(host), {}) if by_path else (pendo.url, {"host": host})
        return requests.get(base + path, headers=headers, timeout=5).json()

    return download


@pytest.fixture
def post(pendo):
    """Post a Segment event as the webhook does."""
    return lambda event, host="data.pendo.io": requests.post(
        f"{pendo.host_url(host)}/data/segmentio/{pendo.api_key}", json=event, timeout=5
    )


def test_the_contract_names_every_region():
    assert load_contract("subscription").schema["properties"]["region"]["enum"] == list(REGIONS)


def test_a_cname_stands_in_the_agent_s_configuration_and_can_be_reached_without_dns(pendo, config):
    pendo.subscribe(data_host="data.customer.example", content_host="content.customer.example")
    assert config("cdn.pendo.io")["dataHost"] == "https://data.customer.example"
    assert config("cdn.pendo.io")["contentHost"] == "content.customer.example"
    assert config("cdn.pendo.io", by_path=True)["dataHost"] == pendo.host_url("data.customer.example")


@pytest.mark.parametrize("mistake", ["http://data.customer.example", "https://data.customer.example/", "https:///"])
def test_a_mistake_in_a_cname_stays_one(pendo, config, mistake):
    pendo.subscribe(data_host=mistake)
    assert [config("cdn.pendo.io", by_path=way)["dataHost"] for way in (False, True)] == [mistake, mistake]


def test_a_cname_belongs_to_the_region_of_the_key(pendo, config):
    pendo.subscribe(region="eu")
    assert config("content.customer.example")["env"] == "prod-eu"


def test_the_agent_s_configuration_can_be_added_to(pendo, config):
    pendo.subscribe(config={"additionalApiKeys": ["second"], "sendEventsWithPostOnly": True})
    assert config("cdn.eu.pendo.io") == {
        "apiKey": pendo.api_key, "env": "prod-eu", "server": "https://app.eu.pendo.io",
        "assetHost": "https://cdn.eu.pendo.io", "dataHost": "https://data.eu.pendo.io",
        "additionalApiKeys": ["second"], "sendEventsWithPostOnly": True,
    }  # fmt: skip


def test_a_track_call_by_webhook_is_accepted_and_said_to_have_no_effect(pendo, post):
    answer = post(TRACK)
    assert (answer.status_code, answer.headers["X-Emulator-Verdict"]) == (200, "good")
    assert answer.headers["X-Emulator-Note"] == NO_TRACK
    assert [exchange.notes for exchange in pendo.exchanges()] == [(NO_TRACK,)]
    assert (pendo.report().good, NO_TRACK in pendo.report().notes) == (True, True)


def test_a_track_call_by_webhook_counts_once_it_is_switched_on(pendo, post):
    pendo.subscribe(segment_track=True)
    assert "X-Emulator-Note" not in post(TRACK).headers


def test_identify_and_group_by_webhook_need_no_switch(post):
    assert "X-Emulator-Note" not in post(EVENT | {"type": "identify", "traits": {}}).headers
    assert "X-Emulator-Note" not in post(EVENT | {"type": "group", "groupId": "g", "traits": {}}).headers


def test_a_key_in_a_region_that_does_not_know_it_is_noted(pendo, send):
    pendo.subscribe(region="eu")
    assert "belongs to region eu: region io" in send("data.pendo.io").headers["X-Emulator-Note"]
    assert "X-Emulator-Note" not in send("data.eu.pendo.io").headers
    assert "X-Emulator-Note" not in send("data.customer.example").headers
    assert pendo.report().good


def test_what_is_no_subscription_says_everything_that_is_wrong(pendo):
    with pytest.raises(BrokenDocumentError, match=r"/region: [^;]*; /segment_track:"):
        pendo.subscribe(region="us", segment_track="on")
