"""The sender under faults, end to end: the retried requests, the events that arrive and the lost events."""

import pytest
import requests

from pendo_destination.browser.browser_tab import BrowserTab
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.transport.http_transport import HttpTransport

PLUGINS = compile_plugins(PENDO_WEB, PENDO_WEB.presets)
TRACK = {
    "type": "track", "event": "Report Exported", "properties": {"pages": 3}, "messageId": "m", "userId": "user-1",
    "anonymousId": "anon-1", "timestamp": "2026-01-02T03:04:05.678Z",
}  # fmt: skip


@pytest.fixture
def deliver(pendo):
    """Send a track event in device mode and leave the page, without pauses between attempts."""
    with HttpTransport(pendo.url) as transport:
        settings = {"apiKey": pendo.api_key, "region": "https://cdn.eu.pendo.io"}
        device = BrowserTab(SiteConfig(PENDO_WEB, settings, PLUGINS, transport, sleep=lambda _: None))

        def send():
            outcomes = device.send(TRACK)
            device.leave()
            return device, outcomes

        yield send


def attempts(pendo):
    return [(x.status, x.beacon.query.get("rt")) for x in pendo.exchanges(type="track")]


@pytest.mark.pendo_fault(endpoint="ptm.gif", event="track", status=503, times=2)
def test_failed_beacon_is_retried_until_it_arrives(pendo, deliver):
    device, _ = deliver()
    assert (device.undelivered, attempts(pendo)) == (0, [(503, None), (503, "1"), (200, "2")])
    assert len({x.beacon.query["jzb"] for x in pendo.exchanges(type="track")}) == 1
    report = pendo.report()
    assert (report.good, report.faults) == (True, {"status=503": 2})
    assert [(row.type, row.received) for row in report.rows if row.type == "track"] == [("track", 1)]


@pytest.mark.pendo_fault(endpoint="ptm.gif", event="track", reset=True, times=1)
@pytest.mark.pendo_fault(endpoint="ptm.gif", event="load", body="json", times=1)
def test_each_queue_is_retried_separately(pendo, deliver):
    assert (deliver()[0].undelivered, attempts(pendo)) == (0, [(0, None), (200, "1")])
    assert [x.beacon.query.get("rt") for x in pendo.exchanges(type="load")] == [None, "1"]


@pytest.mark.pendo_fault(endpoint="ptm.gif", event="track", status=500, body="gif")
def test_image_counts_as_delivered_with_any_status(pendo, deliver):
    assert (deliver()[0].undelivered, attempts(pendo)) == (0, [(500, None)])


@pytest.mark.pendo_fault(endpoint="ptm.gif", event="track", status=503)
def test_event_that_is_never_accepted_is_lost(pendo, deliver):
    assert deliver()[0].undelivered == 1
    assert [row.type for row in pendo.report().rows if row.type == "track"] == []
    assert pendo.report().good


@pytest.mark.parametrize("opt_out", [{"status": 451}, {"body": "opted-out"}])
def test_opted_out_visitor_sends_nothing(pendo, deliver, opt_out):
    pendo.fault(endpoint="guide.json", **opt_out)
    deliver()
    assert attempts(pendo) == []


@pytest.mark.pendo_fault(endpoint="pendo.js", status=404)
def test_without_the_agents_script_nothing_is_sent(pendo, deliver):
    _, outcomes = deliver()
    assert "404" in str(outcomes[0].failure)
    assert [x.beacon.endpoint_name for x in pendo.exchanges()] == ["pendo.js"]


@pytest.mark.pendo_fault(disable_agent=True)
def test_disabled_agent_sends_nothing(pendo, deliver):
    deliver()
    assert {x.beacon.endpoint_name for x in pendo.exchanges()} == {"pendo.js", "config.json"}


def test_additional_api_keys_get_the_same_events(pendo, deliver):
    second = type(pendo).fresh(pendo.emulator)
    pendo.subscribe(config={"additionalApiKeys": [second.api_key]})
    deliver()
    assert [event.value for event in second.events(type="track")] == [
        event.value for event in pendo.events(type="track")
    ]


def test_device_mode_and_webhook_are_double_delivery(pendo, deliver):
    deliver()
    requests.post(f"{pendo.host_url('data.eu.pendo.io')}/data/segmentio/{pendo.api_key}", json=TRACK, timeout=30)
    report = pendo.report()
    assert [
        (finding.api_key, finding.subject)
        for group in report.findings
        for finding in group.findings
        if finding.rule == "double-delivery"
    ] == [(pendo.api_key, "track")]
    assert report.good
