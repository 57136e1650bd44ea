"""A source reports what it did with each event; a slow or missing emulator costs no event."""

import json
from threading import Thread

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from pendo_destination.agent.offline_transport import OfflineTransport
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.source.event_reporter import MAX_REPORT, MAX_WAITING, EventReporter

SETTINGS = {"apiKey": "a b", "region": "https://cdn.pendo.io"}
EVENT = {"type": "track", "event": "Signed Up", "userId": "u1", "properties": {"plan": "pro"}}


@pytest.fixture
def emulator():
    """Run a server that keeps the requests that it gets; return its address and the requests."""
    received = []

    @Request.application
    def keep(request):
        received.append((request.path, request.get_data()))
        return Response("{}")

    server = make_server("127.0.0.1", 0, keep)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def reporter(url):
    configuration = Configuration(SETTINGS, PENDO_WEB.presets)
    return EventReporter(url, SiteConfig.from_configuration(PENDO_WEB, configuration, OfflineTransport()))


def test_report_has_the_event_its_subscriptions_and_the_calls(emulator):
    url, received = emulator
    with reporter(url) as running:
        running.report(EVENT, "")
        running.report(EVENT, "no host was reachable")
    reports = [report for _, body in received for report in json.loads(body)]
    assert {path for path, _ in received} == {"/_emulator/keys/a b/source-reports"}
    assert [report["problem"] for report in reports] == ["", "no host was reachable"]
    assert reports[0]["event"] == EVENT
    assert [result["action"] for result in reports[0]["subscriptions"] if result["matched"]] == ["track"]
    assert reports[0]["calls"] == [{"method": "track", "arguments": ["Signed Up", {"plan": "pro"}]}]


def test_long_event_is_reported_without_its_values(emulator):
    url, received = emulator
    with reporter(url) as running:
        running.report(EVENT | {"properties": {"text": "x" * MAX_REPORT}, "userId": "u" * MAX_REPORT}, "")
    ((_, body),) = received
    (report,) = json.loads(body)
    assert len(body) < MAX_REPORT
    assert report["event"]["event"] == "Signed Up"
    assert "properties" not in report["event"]


def test_missing_emulator_only_counts_dropped_reports():
    with reporter("http://127.0.0.1:9") as running:
        running.report(EVENT, "")
    assert running.dropped == 1


def test_waiting_reports_are_bounded():
    waiting = reporter("http://127.0.0.1:9")
    for _ in range(MAX_WAITING + 5):
        waiting.report(EVENT, "")
    assert waiting.dropped == 5
