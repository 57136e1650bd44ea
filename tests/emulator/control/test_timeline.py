"""The control API lists events in pages, describes one event, and rejects what no event can match."""

import shlex
import subprocess

import pytest
import requests

from tests.conftest import LOAD

HOSTILE = "<script>\x1b[31m\u202e'\";$(reboot)`x`"


@pytest.fixture
def ask(pendo):
    """Return a function that asks for a path below the timeline of the test's key."""

    def request(path="", **parameters):
        address = f"{pendo.emulator.control_url}/keys/{pendo.api_key}/timeline{path}"
        return requests.get(address, params=parameters, timeout=10)

    return request


@pytest.fixture
def event_id(ask):
    """Return the id of the newest event."""
    return lambda: ask(limit=1).json()["events"][0]["id"]


def test_page_has_the_newest_events_first_and_says_where_to_continue(ask, send):
    for number in range(3):
        send(visitor_id=f"v{number}")
    first = ask(limit=2).json()
    second = ask(limit=2, before=first["cursor"]).json()
    visitors = [event["visitor"] for page in (first, second) for event in page["events"]]
    assert (visitors, first["more"], second["more"]) == (["v2", "v1", "v0"], True, False)
    assert ask(after=first["newest"]).json()["events"] == []
    send("data.eu.pendo.io", visitor_id="v3")
    (event,) = ask(after=first["newest"]).json()["events"]
    assert (event["visitor"], event["region"], event["verdict"]) == ("v3", "eu", "kept")


def test_timeline_of_all_keys_has_the_event_too(send, pendo, event_id):
    send()
    address = f"{pendo.emulator.control_url}/timeline/{event_id()}"
    assert requests.get(address, timeout=10).json()["event"]["key"] == pendo.api_key
    listed = requests.get(f"{pendo.emulator.control_url}/timeline?q=key:{pendo.api_key}", timeout=10).json()["events"]
    assert [event["id"] for event in listed] == [event_id()]


@pytest.mark.parametrize(
    ("parameters", "hint"),
    [
        ({"q": "vistor:u1"}, "'visitor'"),
        ({"limit": "0"}, "limit"),
        ({"before": "x"}, "position"),
        ({"before": "1", "after": "1"}, "not both"),
        ({"querry": "x"}, "unknown parameter"),
        ({"findings": "yes"}, "true or false"),
    ],
)
def test_wrong_parameters_are_named(ask, parameters, hint):
    answer = ask(**parameters)
    assert answer.status_code == 400
    assert hint in answer.json()["title"]


def test_wrong_query_names_its_column(ask):
    assert ask(q="type:track visitr:1").json()["column"] == 12


def test_long_texts_are_cut(ask, send):
    send(visitor_id="v" * 5_000)
    (event,) = ask().json()["events"]
    assert len(event["visitor"]) == 300


def test_broken_event_shows_the_line_of_the_contract(ask, send, event_id):
    send(sequence="x")
    shown = ask(f"/{event_id()}").json()
    (violation,) = shown["verdict"]["violations"]
    assert shown["event"]["verdict"] == "broken"
    assert violation["pointer"] == "/sequence"
    assert violation["lines"]["file"].endswith("event.schema.json")
    assert '"type": "integer"' in violation["lines"]["snippet"]
    assert '"sequence"' in shown["contract"]["members"]["sequence"]["snippet"]
    assert shown["payload"]["sequence"] == "x"
    assert shown["request"]["jzb"]["text"] in shown["request"]["url"]


def test_event_that_was_sent_again_lists_its_attempts(ask, send, pendo, event_id):
    pendo.fault(status=503, times=1)
    send()
    send(visitor_id="other")
    send()
    assert [(one["status"], one["accepted"]) for one in ask(f"/{event_id()}").json()["retries"]] == [
        (503, False),
        (200, True),
    ]
    assert [event["fault"] != "" for event in ask(q="is:lost").json()["events"]] == [True]


def test_findings_of_rules_are_added_on_request(ask, send, event_id):
    send(visitor_id="null")
    assert "junk-id" in ask(findings="true").json()["events"][0]["findings"]
    assert [one["rule"] for one in ask(f"/{event_id()}", findings="true").json()["findings"]] == ["junk-id"]
    assert "findings" not in ask(f"/{event_id()}").json()


@pytest.mark.parametrize("position", ["999999999.0", "x"])
def test_missing_event_is_answered_with_the_reason(ask, position):
    answer = ask(f"/{position}")
    assert answer.status_code in {400, 404}
    assert answer.json()["title"]


def test_curl_command_sends_the_request_again_and_runs_nothing_else(ask, pendo, event_id):
    event = {"type": "track", "event": HOSTILE, "userId": HOSTILE}
    address = f"{pendo.host_url('data.pendo.io')}/data/segmentio/{pendo.api_key}?x={HOSTILE}"
    requests.post(address, json=event, headers={"x-test": "'; reboot"}, timeout=30)
    command = ask(f"/{event_id()}").json()["curl"]
    assert command.isprintable()
    assert "reboot" not in shlex.split(command)
    subprocess.run(["bash", "-c", command], check=True, capture_output=True)
    first, second = pendo.exchanges()
    assert (second.envelope.body, second.beacon.payload) == (first.envelope.body, event)


def test_binary_body_survives_the_curl_command(ask, pendo, event_id):
    requests.post(f"{pendo.host_url('data.pendo.io')}/data/rec/{pendo.api_key}", data=b"\xff\x00\n", timeout=30)
    subprocess.run(["bash", "-c", ask(f"/{event_id()}").json()["curl"]], check=True, capture_output=True)
    first, second = pendo.exchanges()
    assert second.envelope.body == first.envelope.body == b"\xff\x00\n"


def test_pytest_selects_events_by_the_same_query(pendo, send):
    send(visitor_id="v1")
    send("data.eu.pendo.io", visitor_id="v2")
    assert [event.visitor_id for event in pendo.events("region:eu load")] == ["v2"]
    assert LOAD["type"] == pendo.events("-visitor:v1 -visitor:v9")[0].type
    with pytest.raises(Exception, match="'visitor'"):
        pendo.events("vistor:1")
