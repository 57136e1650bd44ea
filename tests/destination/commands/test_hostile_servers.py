"""Commands end without a traceback for every answer of a server, and reject keys and hosts that would change a URL."""

import gzip
import json
import os
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[3] / "fixtures"
EVENT = {"type": "track", "event": "E", "properties": {}, "anonymousId": "a", "timestamp": "2026-01-02T03:04:05Z"}
ENCODED = {"Content-Encoding": "gzip"}
CONFIG = "/agent/static/k/config.json"
ANSWERS = {
    "HTML": ({}, b"<html><title>Sign in</title>"),
    "list": ({}, b"[1, 2]"),
    "deep JSON": ({}, b"[" * 100_000),
    "no UTF-8": ({}, b"\xff\xfe\x00"),
    "gzipped blanks": (ENCODED, gzip.compress(b" " * 300_000_000, 1)),
    "broken gzip": (ENCODED, b"no gzip"),
    "huge number": ({}, b'{"identityStorageLifetime": 1' + b"0" * 5000 + b"}"),
    "wrong types": ({}, b'{"apiKey": ["k"], "identityStorageLifetime": "x", "inactivityDuration": {}}'),
    "wrong lists": ({}, b'{"promotedAgentMetadataConfigurations": [1, null], "additionalApiKeys": {"a": []}}'),
    "no data host": ({}, b'{"dataHost": "["}'),
    "data host of a wrong type": ({}, b'{"dataHost": {"a": [[]]}}'),
}


@pytest.fixture(autouse=True)
def events(tmp_path, monkeypatch):
    monkeypatch.delenv("PENDO_EMULATOR_URL", raising=False)
    (tmp_path / "events.ndjson").write_text(json.dumps(EVENT))


@pytest.fixture
def hostile_server(web_server):
    """Start a server that answers health checks like an emulator and all other requests with the same answer."""

    def start(headers, body, status=200):
        paths = {"/healthz": {"X-Emulator": "1"}}
        return web_server(status, paths, body, headers)

    return start


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_send_ends_without_a_traceback_for_every_answer(run, hostile_server, answer):
    url, _ = hostile_server(*answer)
    done = run("send", "events.ndjson", "--api-key", "k", "--emulator", url)
    assert (done.returncode in {0, 1, 3}, "Traceback" in done.stderr) == (True, False), done.stderr
    assert len(done.stderr.splitlines()) <= 1, done.stderr


@pytest.mark.parametrize("name", ["HTML", "list", "deep JSON", "gzipped blanks"])
def test_unusable_configuration_rejects_the_event(run, hostile_server, name):
    url, _ = hostile_server(*ANSWERS[name])
    done = run("send", "events.ndjson", "--api-key", "k", "--emulator", url)
    assert (done.returncode, done.stderr.startswith("rejected events.ndjson:1: ")) == (1, True), done.stderr


@pytest.mark.parametrize("answer", [ANSWERS["HTML"], ANSWERS["gzipped blanks"]], ids=["HTML", "gzipped blanks"])
def test_replay_counts_unusable_answers(run, hostile_server, answer):
    url, _ = hostile_server(*answer)
    done = run("replay", FIXTURES / "captures/region-eu.ndjson", "--emulator", url)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "not from an emulator" in done.stderr


def test_redirects_to_other_hosts_are_refused(run, web_server, hostile_server):
    other, seen = web_server(200)
    url, _ = hostile_server({"Location": f"{other}/config.json"}, b"", 302)
    done = run("send", "events.ndjson", "--api-key", "k", "--emulator", url)
    assert (done.returncode, "was answered with 302" in done.stderr, seen) == (1, True, [])


@pytest.mark.parametrize("value", ["a?b", "a#b", "a b", "a\n", "a%41", "..", "a/b", "\u00e9"])
@pytest.mark.parametrize("words", [("send", "events.ndjson"), ("serve", "--write-key", "W", "--port", "0")])
def test_invalid_key_is_one_error(run, words, value):
    target = ("--dry-run",) if words[0] == "send" else ("--emulator", "http://127.0.0.1:9")
    done = run(*words, "--api-key", value, *target, env=os.environ | {"PYTHONIOENCODING": "utf-8"})
    assert (done.returncode, "is not a key" in done.stderr.splitlines()[-1]) == (2, True), done.stderr


@pytest.mark.parametrize("value", ["a?b", "a#b", "a@b", "a/b", "http://[", "a:99999", "ftp://a", "a..b", "a\n"])
def test_invalid_content_host_is_one_error(run, tmp_path, value):
    done = run("send", "events.ndjson", "--api-key", "k", "--cname", value, "--dry-run")
    assert (done.returncode, "is not a host" in done.stderr.splitlines()[-1]) == (2, True), done.stderr
    (tmp_path / "settings.json").write_text(json.dumps({"apiKey": "k", "cnameContentHost": value}))
    done = run("send", "events.ndjson", "--settings", "settings.json", "--dry-run")
    assert (done.returncode, "/cnameContentHost" in done.stderr) == (2, True), done.stderr


def test_deep_settings_are_one_error(run, tmp_path):
    (tmp_path / "settings.json").write_text('{"a":' * 50_000)
    done = run("send", "events.ndjson", "--settings", "settings.json", "--dry-run")
    assert (done.returncode, "nested too deeply" in done.stderr.splitlines()[-1]) == (2, True), done.stderr
