import json
from pathlib import Path

import pytest

from pendo_emulator.api_key_space import Space

FIXTURES = Path(__file__).parents[3] / "fixtures"
TRACK = {"type": "track", "event": "E", "properties": {}, "anonymousId": "a", "timestamp": "2026-01-02T03:04:05Z"}


@pytest.fixture
def send(run, pendo, tmp_path):
    def send_events(*lines, words=("--region", "eu")):
        (tmp_path / "events.ndjson").write_text("".join(f"{line}\n" for line in lines))
        return run("send", "events.ndjson", "--api-key", pendo.api_key, "--emulator", pendo.url, *words)

    return send_events


def test_send_delivers_to_each_target_and_writes_a_ledger(send, pendo, tmp_path):
    words = ("--region", "eu", "--region", "us1", "--cname", "content.customer.example", "--ledger", "sent.json")
    done = send(json.dumps(TRACK), words=words)
    assert done.returncode == 0, done.stderr
    sent = json.loads((tmp_path / "sent.json").read_text())
    assert {place: kinds["track"] for place, kinds in sent.items()} == {"eu": 1, "us1": 1, "data.customer.example": 1}
    keys = ("eu", f"{pendo.api_key}-eu"), ("us1", f"{pendo.api_key}-us1"), ("cname", pendo.api_key)
    for region, api_key in keys:
        space = Space(pendo.emulator, api_key)
        assert [exchange.beacon.place.name for exchange in space.exchanges(type="track")] == [region]
        assert [group.rule for group in space.findings() if group.severity != "note"] == []


def test_invalid_lines_are_rejected_and_the_rest_is_sent(send, pendo, tmp_path):
    lines = ["{", "[]", '{"type": 5}', json.dumps(TRACK | {"event": None}), json.dumps(TRACK)]
    done = send(*lines, words=("--region", "eu", "--rejects", "rejects.ndjson"))
    rejects = [json.loads(line) for line in (tmp_path / "rejects.ndjson").read_text().splitlines()]
    assert done.returncode == 1
    assert [reject["where"] for reject in rejects] == [f"events.ndjson:{n}" for n in (1, 2, 3, 4)]
    assert "event (Event name) is required" in rejects[3]["reason"]
    assert len(pendo.events(type="track")) == 1


def test_browser_validation_sends_incomplete_events(send, pendo):
    anonymous = {"type": "group", "groupId": "g", "traits": {}, "anonymousId": "a"}
    assert send(json.dumps(anonymous)).returncode == 1
    assert send(json.dumps(anonymous), words=("--region", "eu", "--validation", "browser")).returncode == 0
    assert pendo.events(type="meta", account_id="g")


SUBSCRIPTION = {"partnerAction": "track", "enabled": True, "subscribe": 'type = "track"', "mapping": {}}


def subscribed(**changes):
    return json.dumps({"subscriptions": [SUBSCRIPTION | changes]})


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ("{", "is not JSON"),
        ("[]", "must be a JSON object"),
        ('{"apiKey": 5}', "/apiKey"),
        ('{"region": "https://cdn.us1.pendo.io"}', 'did you mean "https://us1.cdn.pendo.io"?'),
        ('{"regoin": "x"}', "/regoin: unknown key `regoin`\n    did you mean `region`? the keys are apiKey, region, "),
        ('{"colour": "x"}', "/colour: unknown key `colour`\n    remove it; the keys are apiKey, region, "),
        (subscribed(colour="x"), "/subscriptions/0/colour: unknown key `colour`\n    remove it; the keys are partner"),
        (subscribed(partnerAction="trakc"), 'did you mean "track"?'),
        (subscribed(subscribe="type"), "^ column"),
        (subscribed(mapping={"event": {"@pth": "x"}}), "invalid directive: @pth"),
        (json.dumps({"subscriptions": [SUBSCRIPTION] * 51}), "a destination has at most 50"),
    ],
)
def test_invalid_settings_are_reported_before_sending(run, tmp_path, settings, text):
    (tmp_path / "settings.json").write_text(settings)
    (tmp_path / "events.ndjson").write_text(json.dumps(TRACK))
    done = run("send", "events.ndjson", "--settings", "settings.json", "--emulator", "http://127.0.0.1:9")
    assert (done.returncode, text in done.stderr) == (2, True), done.stderr


def test_missing_api_key_and_unknown_region_are_reported(run, tmp_path):
    (tmp_path / "events.ndjson").write_text(json.dumps(TRACK))
    assert "`apiKey` missing" in run("send", "events.ndjson", "--region", "eu", "--dry-run").stderr
    assert "'mars' is not one of" in run("send", "events.ndjson", "--region", "mars").stderr


def test_unreachable_emulator_is_exit_code_3(run, tmp_path):
    (tmp_path / "events.ndjson").write_text(json.dumps(TRACK))
    words = ("--region", "eu", "--api-key", "k", "--emulator", "http://127.0.0.1:9")
    done = run("send", "events.ndjson", *words)
    message = (
        "Error: no emulator answers at http://127.0.0.1:9 (connection refused): start one with `pendo-emulator serve`"
    )
    assert (done.returncode, done.stderr) == (3, f"{message}\n")


def test_replay_sends_every_recorded_request(run, pendo_server):
    done = run("replay", str(FIXTURES / "captures/region-eu.ndjson"), "--emulator", pendo_server.url)
    lines = (FIXTURES / "captures/region-eu.ndjson").read_text().count("\n")
    assert done.stdout.splitlines()[1:] == [f"{lines} requests replayed"]


def test_day_writes_the_fixture_file(run):
    assert run("day").stdout == (FIXTURES / "segment/day.ndjson").read_text()


def test_explain_prints_the_code_of_each_subscription(run, tmp_path):
    (tmp_path / "event.json").write_text(json.dumps(TRACK))
    mapping = {"event": {"@replace": {"pattern": "E", "value": {"@path": "$.event"}}}, "metadata": {"x": "'''\n#"}}
    subscription = {"partnerAction": "track", "name": "T", "enabled": True, "subscribe": "userId = 5"}
    settings = {"apiKey": "k", "subscriptions": [subscription | {"mapping": mapping}]}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    done = run("explain", "--code", "--settings", "settings.json", "event.json")
    code = done.stdout.partition("def resolve(event):")[2]
    assert "event.get('userId') == '5'" in code
    assert repr("'''\n#") in code
    assert '# replace_1: {"@replace":' in code


def test_large_input_is_sent_to_several_regions_with_the_counts_of_each(run, tmp_path):
    lines = [json.dumps(TRACK | {"event": "E" * 2000})] * 100 + ["{"]
    (tmp_path / "events.ndjson").write_text("".join(f"{line}\n" for line in lines))
    words = ("--region", "eu", "--region", "us1", "--rejects", "rejects.ndjson", "--ledger", "sent.json")
    done = run("send", "--dry-run", "--api-key", "k", *words, "events.ndjson")
    assert done.returncode == 1, done.stderr
    summaries = [line.split(maxsplit=1) for line in done.stdout.splitlines()[1:]]
    assert [name for name, _ in summaries] == ["eu", "us1"]
    assert all("101 events in, 100 actions" in text and "1 rejected" in text for _, text in summaries)
    rejects = [json.loads(line)["where"] for line in (tmp_path / "rejects.ndjson").read_text().splitlines()]
    assert rejects == ["events.ndjson:101"] * 2
    assert {place: kinds["track"] for place, kinds in json.loads((tmp_path / "sent.json").read_text()).items()} == {
        "eu": 100,
        "us1": 100,
    }
