"""A site keeps the agents of the visitors at work only, and recognizes visitors who return."""

import json

from pendo_contracts.wire.beacon import from_envelope
from pendo_destination.agent.environment.page_and_browser import seeded_ids
from pendo_destination.agent.offline_transport import OfflineTransport
from pendo_destination.browser.site import Site
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.samples import generate_day


def track(visitor, time):
    return json.dumps(
        {"type": "track", "event": "E", "anonymousId": visitor, "timestamp": f"2026-01-02T{time}:00Z"}
    ).encode()


def tabs_of(visitor, envelopes):
    """Return the tab of each track event of a visitor."""
    events = [event.value for envelope in envelopes for event in from_envelope(envelope).events]
    tracks = [event for event in events if event.get("type") == "track"]
    return [event["tabId"] for event in tracks if event["visitor_id"] == f"_PENDO_T_{visitor}"]


def test_pages_without_events_for_half_an_hour_are_left():
    transport = OfflineTransport()
    settings = {"apiKey": "k", "region": "https://cdn.pendo.io"}
    plugins = compile_plugins(PENDO_WEB, PENDO_WEB.presets)
    site = Site(SiteConfig(PENDO_WEB, settings, plugins, transport, "browser"), pages_kept=1)
    site.send_line("1", track("a", "10:00"))
    site.send_line("2", track("b", "10:20"))
    assert tabs_of("a", transport.take()) == []
    site.send_line("3", track("b", "10:31"))
    (tab,) = tabs_of("a", transport.take())
    site.send_line("4", track("a", "11:30"))
    site.close()
    assert tabs_of("a", transport.take()) == [tab]


def requests_of(lines, **settings):
    """Return the requests for some lines, and the reasons of the rejects."""
    transport = OfflineTransport()
    config = SiteConfig(
        PENDO_WEB,
        {"apiKey": "k", "region": "https://cdn.pendo.io"},
        compile_plugins(PENDO_WEB, PENDO_WEB.presets),
        transport,
        clock=lambda: 0,
        make_id=seeded_ids(1),
    )
    site = Site(config, **settings)
    for number, line in enumerate(lines):
        site.send_line(str(number), line)
    site.close()
    return transport.take(), site.rejects.first


def test_lines_read_in_part_cause_the_same_requests_as_whole_events():
    lines = [json.dumps(event).encode() for event in generate_day(3, 40)]
    deep = b"[" * 300 + b"]" * 300
    lines += [b'{"type":"track","event":"E","%s":%s}' % (name, deep) for name in (b"properties", b"messageId")]
    lines += [b"[]", b"{", b'{"type":1}', b'{"type":"track"}', b'{"type":"page","x":"\xff"}', b'{"__proto__":1}', b" "]
    assert requests_of(lines) == requests_of(lines, on_processed=lambda *_: None)


def test_members_that_nothing_reads_are_skipped():
    # Only a reader of whole events finds that this number is too large.
    line = b'{"type":"track","event":"E","messageId":1e400}'
    _, rejects = requests_of([line])
    assert rejects == {}
    _, rejects = requests_of([line], on_processed=lambda *_: None)
    assert list(rejects) == ["0"]
