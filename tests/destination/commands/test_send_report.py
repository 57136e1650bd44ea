"""`send --report` reports each event to the emulator's console; without a console to report to, it is wrong usage."""

import json

import pytest
import requests
from click.testing import CliRunner

from pendo_destination.cli import main

TRACK = {"type": "track", "userId": "u1", "properties": {}}
EVENTS = [TRACK | {"event": "Dear", "properties": {"price": 9}}, TRACK | {"event": "Cheap"}, {"type": "identify"}]
SUBSCRIPTIONS = [
    {"partnerAction": "track", "name": "paid", "enabled": True, "subscribe": 'type = "track" and properties.price > 5',
     "mapping": {"event": {"@path": "$.event"}}},
    {"partnerAction": "identify", "name": "people", "enabled": True, "subscribe": 'type = "identify"',
     "mapping": {"visitorId": {"@path": "$.userId"}}},
]  # fmt: skip


@pytest.fixture
def send(pendo, tmp_path):
    """Return a function that sends the events with further options."""
    settings = {"apiKey": pendo.api_key, "subscriptions": SUBSCRIPTIONS}
    (tmp_path / "settings.json").write_text(json.dumps(settings), "utf-8")
    (tmp_path / "events.json").write_text(json.dumps(EVENTS), "utf-8")
    files = [str(tmp_path / "events.json"), "--settings", str(tmp_path / "settings.json")]
    return lambda *words: CliRunner().invoke(main, ["send", *files, *words])


def test_report_says_for_each_event_what_the_destination_did(send, pendo):
    done = send("--region", "eu", "--region", "us1", "--emulator", pendo.url, "--report")
    assert (done.exit_code, "without a report" in done.output) == (1, False), done.output
    for region in ("eu", "us1"):
        url = f"{pendo.url}/_emulator/keys/{pendo.api_key}-{region}/source-reports"
        reports = requests.get(url, timeout=10).json()[::-1]
        assert [report["event"] for report in reports] == EVENTS
        matched = [[result["name"] for result in one["subscriptions"] if result["matched"]] for one in reports]
        assert matched == [["paid"], [], ["people"]]
        assert [len(report["calls"]) for report in reports] == [1, 0, 0]
        assert [bool(report["problem"]) for report in reports] == [False, False, True]


def test_nothing_is_reported_without_the_option(send, pendo):
    send("--region", "eu", "--emulator", pendo.url)
    assert requests.get(f"{pendo.url}/_emulator/keys/{pendo.api_key}/source-reports", timeout=10).json() == []


@pytest.mark.parametrize(
    "words",
    [
        ("--live",),
        ("--emulator", "http://127.0.0.1:9", "--dry-run"),
        ("--emulator", "http://127.0.0.1:9", "--through", "classic"),
    ],
)
def test_report_needs_an_emulator_and_subscriptions(send, words):
    done = send("--region", "eu", "--report", *words)
    assert done.exit_code == 2
    assert "--report needs" in done.output
