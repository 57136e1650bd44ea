"""Events sent end to end: every region, action and size, with and without a CNAME."""

import random

import pytest

from pendo_destination.browser.browser_tab import BrowserTab
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.transport.http_transport import HttpTransport

PLUGINS = compile_plugins(PENDO_WEB, PENDO_WEB.presets)
COMMON = {"timestamp": "2026-01-02T03:04:05.678Z", "anonymousId": "anon-1", "userId": "user-1"}
LARGE = random.Random(7).randbytes(3000).hex()  # too large for the 1,900 characters of a GET


def event(action, filler):
    return (
        COMMON
        | {
            "track": {"type": "track", "event": "Report Exported", "properties": {"filler": filler}},
            "identify": {"type": "identify", "traits": {"plan": "pro", "filler": filler}},
            "group": {
                "type": "group",
                "groupId": "acct-1",
                "traits": {"filler": filler, "parentAccount": {"id": "parent-1"}},
            },
        }[action]
    )


ARRIVES_AS = {"track": "track", "identify": "meta", "group": "meta"}
ACCOUNT = {"track": None, "identify": None, "group": "parent-1::acct-1"}


@pytest.mark.parametrize("cname", [False, True], ids=["region", "cname"])
@pytest.mark.parametrize(("filler", "method"), [("", "GET"), (LARGE, "POST")], ids=["small", "large"])
@pytest.mark.parametrize("action", ARRIVES_AS)
def test_event_arrives_at_the_configured_host(pendo, pendo_region, action, filler, method, cname):
    settings = {"apiKey": pendo.api_key, "region": f"https://{pendo_region.content_host}"}
    if cname:
        settings["cnameContentHost"] = f"content.{pendo_region.name}.customer.example"
    with HttpTransport(pendo.url) as transport:
        device = BrowserTab(SiteConfig(PENDO_WEB, settings, PLUGINS, transport))
        device.send(event(action, filler))
        device.leave()
    pendo.assert_kept()
    exchange = pendo.exchanges(type=ARRIVES_AS[action])[-1]
    label = f"data.{pendo_region.name}.customer.example" if cname else pendo_region.name
    assert (exchange.beacon.place.label, exchange.beacon.method) == (label, method)
    assert exchange.beacon.events[-1].value["account_id"] == ACCOUNT[action]


def test_track_properties_arrive_unchanged(pendo):
    properties = {"łódź": ["日本", None, {"a": [1.5, True]}], "": 12345678901234567890, "when": "2026-01-02T00:00:00Z"}
    settings = {"apiKey": pendo.api_key, "region": "https://cdn.pendo.io"}
    with HttpTransport(pendo.url) as transport:
        device = BrowserTab(SiteConfig(PENDO_WEB, settings, PLUGINS, transport))
        device.send(COMMON | {"type": "track", "event": "E", "properties": properties})
        device.leave()
    (track,) = pendo.events(type="track")
    assert track.value["props"] == properties | {"": 12345678901234567000}
