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
    """Send three events through destinations, with a settings file."""

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
def test_through_selects_the_destinations(send, pendo, names, arrived):
    done = send(*names)
    assert done.exit_code == 0, done.stderr
    assert sorted(tracks(pendo)) == arrived
    pendo.assert_kept()


def test_classic_sends_all_traits_of_visitor_and_account(send, pendo):
    send("classic")
    props = pendo.events(type="meta")[-1].value["props"]
    assert (props["visitor"]["plan"], props["account"]) == ("pro", {"id": "g", "seats": 5})


@pytest.mark.parametrize("words", [("--region", "eu"), ()])
def test_webhook_region_comes_from_target_or_settings(send, pendo, words):
    assert send("webhook", words=words, settings={"region": "https://cdn.eu.pendo.io"}).exit_code == 0
    assert {exchange.beacon.place.host for exchange in pendo.exchanges()} == {"data.eu.pendo.io"}


def test_undocumented_webhook_region_prints_a_note(send):
    assert "the webhook's address in region jp is assumed" in send("webhook", words=("--region", "jp")).stderr
    assert "assumed" not in send("webhook", words=("--region", "eu")).stderr


def test_each_destination_uses_only_its_own_settings(send, pendo):
    settings = {"region": "https://cdn.eu.pendo.io", "sendTrack": False, "disableUserTraitsOnLoad": True}
    assert send("actions", "webhook", settings=settings).exit_code == 0
    assert tracks(pendo) == ["ptm.gif"]


@pytest.mark.parametrize(
    ("names", "words", "settings", "text"),
    [
        (["classic"], ("--region", "eu"), {}, "/region: unknown key `region`"),
        (["classic"], (), {"apiKey": ""}, "/apiKey: `apiKey` is missing"),
        (["webhook"], ("--cname", "c.example"), {}, "/cnameContentHost: unknown key `cnameContentHost`"),
        (["webhook"], (), {"region": "mars", "sendTrack": 1}, "/sendTrack: 1 is not true or false"),
        (["actions"], (), {"sendTrack": True}, "/sendTrack: unknown key `sendTrack`"),
        (["actions", "classic"], (), {"regoin": "eu"}, "unknown key"),
        (["post"], (), {}, "'post' is not one of"),
    ],
)
def test_invalid_settings_are_reported_before_sending(send, pendo, names, words, settings, text):
    done = send(*names, words=words, settings=settings)
    assert (done.exit_code, text in done.stderr) == (2, True), done.stderr
    assert pendo.exchanges() == []


def test_event_rejected_by_the_webhook_is_reported_as_rejected(web_server, tmp_path):
    (tmp_path / "e.ndjson").write_text(json.dumps(EVENTS[0]))
    url, _ = web_server(404, {"/healthz": {"X-Emulator": "1"}})
    words = ["--through", "webhook", "--api-key", "k", "--rejects", str(tmp_path / "rejects.ndjson")]
    done = CliRunner().invoke(main, ["send", str(tmp_path / "e.ndjson"), "--emulator", url, *words])
    (reject,) = map(json.loads, (tmp_path / "rejects.ndjson").read_text().splitlines())
    assert (done.exit_code, reject["reason"]) == (1, "Webhooks (Actions): answered with 404")
