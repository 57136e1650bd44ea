"""`replay` sends to another region or key, at the pace of the recording, and reports the differences."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_contracts.recordings import Entry
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.region import REGIONS
from pendo_destination.commands._shared.replay_pace import duration, in_order_of_time, paced
from pendo_destination.commands._shared.replay_target import ReplayTarget

DATA = "https://data.eu.pendo.io/data/ptm.gif/KEY?v=2.291.4_prod-eu&ct=1&jzb=abc"
BODY = "https://cdn.pendo.io/agent/static/KEY/pendo.js"


@pytest.mark.parametrize(
    ("url", "target", "expected"),
    [
        (DATA, ("io", None), "https://data.pendo.io/data/ptm.gif/KEY?v=2.291.4_prod&ct=1&jzb=abc"),
        (DATA, (None, "a/b"), "https://data.eu.pendo.io/data/ptm.gif/a%2Fb?v=2.291.4_prod-eu&ct=1&jzb=abc"),
        (BODY, ("us1", "N"), "https://us1.cdn.pendo.io/agent/static/N/pendo.js"),
        ("https://content.x.example/p/agent/static/KEY/pendo.js", ("jp", "N"), "https://cdn.jpn.pendo.io/p/agent/static/N/pendo.js"),
        ("https://data.x.example/data/guide.json/KEY?v=1", ("jp", None), "https://data.jpn.pendo.io/data/guide.json/KEY?v=1"),
        ("https://data.pendo.io/data/errorlog?apiKey=KEY&x=1", (None, "N"), "https://data.pendo.io/data/errorlog?apiKey=N&x=1"),
        ("https://app.pendo.io/x?v=1.2.3_prod&y", ("eu", "N"), "https://app.eu.pendo.io/x?v=1.2.3_prod-eu&y"),
        (DATA, (None, None), DATA),
    ],
)  # fmt: skip
def test_host_version_and_key_change_for_the_target(url, target, expected):
    sent = ReplayTarget(*target).apply(Envelope("GET", url, {}, b"body", 5))
    assert sent == Envelope("GET", expected, {}, b"body", 5)


def test_secret_of_a_server_changes_in_its_header():
    envelope = Envelope("POST", "https://data.pendo.io/data/track", {"x-pendo-integration-key": "S"}, b"{}", 0)
    assert ReplayTarget(None, "N").apply(envelope).headers == {"x-pendo-integration-key": "N"}


@given(
    st.sampled_from([DATA, BODY, "https://data.pendo.io/data/segmentio/KEY"]),
    st.sampled_from([*REGIONS]),
    st.text("aK/%&?# é", min_size=1),
)
def test_replayed_request_has_the_region_and_key_of_the_target(url, region, key):
    beacon = from_envelope(ReplayTarget(region, key).apply(Envelope("GET", url, {}, b"", 0)))
    assert (beacon.place.name, beacon.api_key) == (region, key)


def entry(moment):
    return Entry(f"#{moment}", Envelope("GET", DATA, {}, b"", moment))


@pytest.mark.parametrize(("speed", "waits"), [(1, [2.0, 3.0]), (10, [0.2, 0.3])])
def test_pace_of_the_recording_is_kept_or_sped_up(speed, waits):
    now, slept = [100.0], []

    def wait(seconds):
        slept.append(round(seconds, 6))
        now[0] += seconds

    sent = list(paced([entry(5_000), entry(7_000), entry(0), entry(10_000)], speed, lambda: now[0], wait))
    assert (len(sent), slept) == (4, waits)


def test_slow_answers_do_not_add_up():
    now, slept = [0.0], []
    for _ in paced([entry(1_000), entry(2_000), entry(3_000)], 1, lambda: now[0], slept.append):
        now[0] += 1.5
    assert slept == []


def test_entries_are_sorted_by_time_and_those_without_a_time_stay():
    damaged = Entry("x", None, "damaged")
    ordered = in_order_of_time([entry(3), damaged, entry(1), entry(0), entry(2)])
    assert [one.where for one in ordered] == ["#1", "#0", "#2", "#3", "x"]
    assert duration(ordered) == 0.002


@pytest.fixture
def recorded(beacon_path, tmp_path):
    """Write a capture whose second request was refused, and return its path."""
    lines = [
        {
            "method": "GET",
            "url": f"https://data.pendo.io{beacon_path('KEY', sequence=number)}",
            "status": status,
            "received_at": 1000 + number,
        }
        for number, status in enumerate((200, 503))
    ]
    (tmp_path / "session.ndjson").write_text("\n".join(map(json.dumps, lines)))
    return tmp_path / "session.ndjson"


def test_other_answers_are_differences_and_fail_only_strictly(run, pendo, recorded):
    options = ("--emulator", pendo.url, "--region", "eu", "--api-key", pendo.api_key, "--speed", "1000")
    done = run("replay", recorded, *options)
    assert done.stdout.splitlines()[1:] == [
        f"{recorded} lasts 0.0 s; at speed 1000 its replay takes 0.0 s",
        "answers",
        "  load: 503 -> 200  (1)",
        "DIFFERENT 0 missing, 0 added, 0 changed, 2 equal",
        "2 requests replayed",
    ]
    assert done.returncode == 0
    assert run("replay", recorded, *options, "--strict").returncode == 1
    assert {exchange.beacon.place.name for exchange in pendo.exchanges()} == {"eu"}


def test_events_that_were_not_sent_are_missing(run, pendo, recorded, beacon_path):
    url = f"https://data.pendo.io{beacon_path('KEY', sequence=7, visitor_id='ada')}"
    entry = {"request": {"method": "GET", "url": url, "headers": []}, "response": {"status": 0, "_error": "net::ERR"}}
    har = recorded.with_suffix(".har")
    har.write_text(json.dumps({"log": {"entries": [entry]}}))
    done = run("replay", recorded, har, "--emulator", pendo.url, "--api-key", pendo.api_key)
    assert "visitor ada\n  - missing 1 load  (session.har#0 event 0)\n" in done.stdout
    assert done.returncode == 0
