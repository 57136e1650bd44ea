"""What a fault causes is not a finding about the sender: the same journey has the same findings with every fault."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from pendo_destination.browser.browser_tab import BrowserTab
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations import webhook
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import DestinationError
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.runtime.settings_check import with_defaults
from pendo_destination.transport.http_transport import HttpTransport
from pendo_destination.transport.retry import Retry
from pendo_emulator.faults.effects import HOST_EFFECTS
from pendo_emulator.faults.fault import EFFECTS

# The emulator compares the webhook's times with its own clock.
START = datetime.now(UTC) - timedelta(minutes=1)
PLUGINS = compile_plugins(PENDO_WEB, PENDO_WEB.presets)
ENDPOINTS = ("ptm.gif", "guide.json", "pendo.js")
VALUES = {
    "disable_agent": [True], "status": [404, 451, 503],
    "body": ["gif", "json", "opted-out"], "retry_after": [1], "no_cors": [True], "truncate": [True],
    "cut_body": [True], "content_type": ["text/html"], "nosniff": [True], "lose_cookies": [True],
    "delay": [0.01], "drip": [0.01], "hang": [0.01], "reset": [True],
}  # fmt: skip
BOTH_WAYS = {"double-delivery": 4, "webhook-without-account": 4}
DEFAULTS = with_defaults(webhook.SETTINGS, {})
# Effects to which this sender does not react are tested together.
TOGETHER = {name: VALUES[name][0] for name in ("content_type", "nosniff", "lose_cookies")}
FAULTS = [{name: value} for name, values in VALUES.items() if name not in TOGETHER for value in values]
FAULTS.append(TOGETHER)


def wait(_seconds):
    """Return at once."""


def page(path):
    return {"page": {"url": f"https://app.example{path}", "path": path, "title": "Shop", "search": "", "referrer": ""}}


def event(kind, path, second, **members):
    return {
        "type": kind, "anonymousId": "anon-1", "messageId": f"m-{second}", "context": page(path),
        "timestamp": (START + timedelta(seconds=second)).isoformat(), **members,
    }  # fmt: skip


JOURNEY = [
    event("track", "/", 1, event="Page Opened", properties={}),
    event("identify", "/", 2, userId="ada", traits={"plan": "pro"}),
    event("group", "/", 3, userId="ada", groupId="acme", traits={"seats": 5}),
    event("track", "/orders", 4, userId="ada", event="Order Completed", properties={"total": 5}),
    event("track", "/orders", 9, userId="ada", event="Order Completed", properties={"total": 6}),
    event("track", "/reports", 30, userId="ada", event="Report Exported", properties={"pages": 3}),
]


@pytest.fixture
def findings(pendo):
    """Return a function that sends the journey under a fault and counts the findings that are not notes, by rule."""

    def send(fault=None, *, by_webhook=False):
        if fault:
            pendo.fault(**fault)
        with HttpTransport(pendo.url) as transport:
            settings = {"apiKey": pendo.api_key, "region": "https://cdn.eu.pendo.io"}
            cloud = webhook.Webhook({**DEFAULTS, "apiKey": pendo.api_key, "region": "eu"}, transport, Retry(sleep=wait))
            others = (lambda _connect: cloud,) if by_webhook else ()
            config = SiteConfig(PENDO_WEB, settings, PLUGINS, transport, sleep=wait, other_destinations=others)
            tab = BrowserTab(config)
            for segment_event in JOURNEY:
                with suppress(DestinationError):  # without the agent's script, the page fails to load
                    tab.send(segment_event)
            tab.leave()
        counts = Counter()
        for group in pendo.findings():
            if group.severity != "note":
                counts[group.rule] += group.count
        return counts

    return send


def test_every_effect_is_tested():
    assert {*VALUES, *HOST_EFFECTS} == set(EFFECTS)


def test_journey_without_a_fault_has_no_findings(findings):
    assert findings() == {}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("effect", FAULTS, ids=str)
def test_fault_of_an_endpoint_causes_no_findings(findings, effect, endpoint):
    assert findings({"endpoint": endpoint, **effect, "times": 1}) == {}


@pytest.mark.parametrize("schedule", [{}, {"probability": 0.5, "seed": 3}], ids=str)
@pytest.mark.parametrize("effect", FAULTS, ids=str)
def test_repeated_fault_causes_no_findings(findings, effect, schedule):
    assert findings({**effect, **schedule}) == {}


def test_agent_and_webhook_together_are_double_delivery(findings):
    assert findings(by_webhook=True) == BOTH_WAYS


@pytest.mark.parametrize("endpoint", ["ptm.gif", "segmentio"])
@pytest.mark.parametrize("effect", FAULTS, ids=str)
def test_retries_are_no_double_delivery(findings, effect, endpoint):
    counts = findings({"endpoint": endpoint, **effect, "times": 1}, by_webhook=True)
    assert counts.keys() <= BOTH_WAYS.keys()
    assert counts["double-delivery"] <= BOTH_WAYS["double-delivery"]
