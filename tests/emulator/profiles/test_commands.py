"""`visitors` and `accounts` show profiles of a running emulator and of a store."""

import json
from contextlib import closing

import pytest
from click.testing import CliRunner

from pendo_emulator.cli import main
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store
from tests.emulator.profiles.sample_events import identify, load, meta
from tests.emulator.recorder.sample_requests import LOAD, beacon, record

HOSTILE = "\x1b[31m\u202e<script>\0"


def run(*arguments):
    done = CliRunner().invoke(main, arguments)
    return done.exit_code, done.output


@pytest.fixture
def store(tmp_path):
    """Record an anonymous visitor that becomes known, with hostile values, in a store."""
    file = tmp_path / "x.sqlite3"
    with closing(Recorder(Store(file))) as recorder:
        record(
            recorder,
            load("_PENDO_T_x", account_id=None),
            identify("u1", "_PENDO_T_x", "p::a1"),
            meta("u1", "p::a1", parent={"id": "p", "size": 3}, plan="free"),
            meta("u1", "p::a1", plan=HOSTILE),
            load(HOSTILE, account_id=HOSTILE),
        )
    return str(file)


def test_visitor_is_shown_with_history_and_story(store):
    code, output = run("visitors", "u1", "--store", store)
    assert code == 0
    assert "visitor u1 (known)" in output
    assert 'before: "free"' in output
    assert "as _PENDO_T_x" in output


def test_account_is_shown_with_its_visitors(store):
    code, output = run("accounts", "p::a1", "--store", store)
    assert (code, "parent    p" in output, "visitors  u1" in output) == (0, True, True)


@pytest.mark.parametrize("command", [("visitors",), ("visitors", "u1"), ("visitors", HOSTILE), ("accounts", HOSTILE)])
def test_hostile_values_are_escaped(store, command):
    _, output = run(*command, "--store", store)
    assert not set("\x1b\u202e\0").intersection(output)


def test_lists_are_selected_and_sorted(store):
    document = json.loads(run("visitors", "--store", store, "--search", "SCRIPT", "--latest", "--json")[1])
    assert (len(document["visitors"]), document["count"]) == (2, 3)


def test_running_emulator_answers_like_its_store(pendo, send):
    send(visitor_id="u1", account_id="a1")
    options = ("--emulator", pendo.url, "--api-key", pendo.api_key)
    code, output = run("visitors", "u1", *options, "--json")
    assert (code, json.loads(output)) == (0, pendo.visitor("u1").to_json())
    assert run("accounts", "nobody", *options)[0] == 4
    assert "a1" in run("accounts", *options)[1]


def test_missing_store_is_named(tmp_path):
    code, output = run("visitors", "--store", str(tmp_path / "none"))
    assert (code, "there is no store" in output) == (2, True)


def test_key_is_needed_if_there_are_several(store):
    with closing(Recorder(Store(store))) as recorder:
        record(recorder, beacon(LOAD, api_key="other"))
    code, output = run("visitors", "--store", store)
    assert (code, "there are 2 API keys: name one with --api-key" in output) == (2, True)
    assert run("visitors", "--store", store, "--api-key", "other")[0] == 0
