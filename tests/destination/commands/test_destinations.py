import json

import pytest
from click.testing import CliRunner

from pendo_destination.cli import main

COMMON = {"anonymousId": "anon", "userId": "user", "timestamp": "2026-01-02T03:04:05Z"}
EVENTS = [
    COMMON | {"type": "identify", "traits": {"plan": "pro"}},
    COMMON | {"type": "group", "groupId": "g", "traits": {"seats": 5}},
    COMMON | {"type": "track", "event": "E", "properties": {}},
]


@pytest.fixture
def send(pendo, tmp_path):
    """Send three events through destinations; `settings` go into a file."""

    def send_events(*names, words=(), settings=None):
        events, file = tmp_path / "events.ndjson", tmp_path / "settings.json"
        events.write_text("".join(f"{json.dumps(event)}\n" for event in EVENTS))
        file.write_text(json.dumps({"apiKey": pendo.api_key} | (settings or {})))
        through = [word for name in names for word in ("--through", name)]
        return CliRunner().invoke(
            main, ["send", str(events), "--settings", str(file), "--emulator", pendo.url, *through, *words]
        )

    return send_events


def tracks(pendo):
    return [exchange.beacon.endpoint_name for exchange in pendo.exchanges(type="track")]


@pytest.mark.parametrize(
    ("names", "arrived"),
    [
        ((), ["ptm.gif"]),
        (("actions",), ["ptm.gif"]),
        (("classic",), []),
        (("webhook",), ["segmentio"]),
        (("classic", "webhook"), ["segmentio"]),
        (("webhook", "actions"), ["ptm.gif", "segmentio"]),
    ],
)
def test_what_is_sent_through_decides_how_a_track_arrives(send, pendo, names, arrived):
    done = send(*names)
    assert done.exit_code == 0, done.stderr
    assert sorted(tracks(pendo)) == arrived
    pendo.assert_kept()


def test_the_classic_destination_sends_visitor_and_account_with_all_their_traits(send, pendo):
    send("classic")
    props = pendo.events(type="meta")[-1].value["props"]
    assert (props["visitor"]["plan"], props["account"]) == ("pro", {"id": "g", "seats": 5})


@pytest.mark.parametrize("words", [("--region", "eu"), ()])
def test_the_webhook_posts_to_the_region_of_the_target_or_of_the_settings(send, pendo, words):
    assert send("webhook", words=words, settings={"region": "https://cdn.eu.pendo.io"}).exit_code == 0
    assert {exchange.beacon.place.host for exchange in pendo.exchanges()} == {"data.eu.pendo.io"}


def test_a_region_whose_webhook_is_not_documented_is_told(send):
    assert "the webhook's address in region jp is assumed" in send("webhook", words=("--region", "jp")).stderr
    assert "assumed" not in send("webhook", words=("--region", "eu")).stderr


def test_each_destination_takes_the_settings_it_knows(send, pendo):
    settings = {"region": "https://cdn.eu.pendo.io", "sendTrack": False, "disableUserTraitsOnLoad": True}
    assert send("actions", "webhook", settings=settings).exit_code == 0
    assert tracks(pendo) == ["ptm.gif"]


@pytest.mark.parametrize(
    ("names", "words", "settings", "text"),
    [
        (["classic"], ("--region", "eu"), {}, "/region: `region` is not known"),
        (["classic"], (), {"apiKey": ""}, "/apiKey: `apiKey` missing"),
        (["webhook"], ("--cname", "c.example"), {}, "/cnameContentHost: `cnameContentHost` is not known"),
        (["webhook"], (), {"region": "mars", "sendTrack": 1}, "/sendTrack: 1 is not true or false"),
        (["actions"], (), {"sendTrack": True}, "/sendTrack: `sendTrack` is not known"),
        (["actions", "classic"], (), {"regoin": "eu"}, "not known"),
        (["post"], (), {}, "'post' is not one of"),
    ],
)
def test_settings_that_no_destination_knows_are_told_before_anything_is_sent(send, pendo, names, words, settings, text):
    done = send(*names, words=words, settings=settings)
    assert (done.exit_code, text in done.stderr) == (2, True), done.stderr
    assert pendo.exchanges() == []


def test_an_event_that_pendo_refuses_by_webhook_is_a_reject(pendo, tmp_path):
    (tmp_path / "e.ndjson").write_text(json.dumps(EVENTS[0]))
    words = ["--through", "webhook", "--api-key", "a/b", "--rejects", str(tmp_path / "rejects.ndjson")]
    done = CliRunner().invoke(main, ["send", str(tmp_path / "e.ndjson"), "--emulator", pendo.url, *words])
    (reject,) = map(json.loads, (tmp_path / "rejects.ndjson").read_text().splitlines())
    assert (done.exit_code, reject["reason"]) == (1, "Webhooks (Actions): answered with 404")
