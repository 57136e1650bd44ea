"""The commands `engage` and `query --emulator` work on a running emulator."""

import json

import pytest
from click.testing import CliRunner

from pendo_emulator.cli import main

COUNT = [{"source": {"events": None}}, {"reduce": {"n": {"sum": "numEvents"}}}]


@pytest.fixture
def run(pendo):
    """Run a command with the emulator and the API key of the test."""

    def invoke(*arguments, text=""):
        options = ("--emulator", pendo.emulator.url, "--api-key", pendo.api_key)
        return CliRunner().invoke(main, [*arguments, *options], input=text)

    return invoke


def test_keys_are_shown_and_chosen(pendo, run):
    assert f"read-write: {pendo.integration_key}\n" in run("engage", "keys").output
    chosen = f"{pendo.api_key}-own"
    assert f"read-only: {chosen}\n" in run("engage", "keys", "--read-only", chosen).output


def test_definitions_come_from_a_file(run):
    text = json.dumps({"pages": [{"name": "User", "rules": ["//*/users/*"]}]})
    assert "pages: 1" in run("engage", "define", "-", text=text).output
    assert json.loads(run("engage", "definitions").output)["pages"][0]["name"] == "User"
    wrong = run("engage", "define", "-", text='{"pages": [{}]}')
    assert (wrong.exit_code, "/pages/0" in wrong.output) == (2, True)


def test_query_runs_on_what_the_emulator_received(send, run):
    send(visitor_id="v1")
    done = run("query", "-", text=json.dumps(COUNT))
    assert json.loads(done.stdout)["results"] == [{"n": 1}]
    assert "no timeSeries" in done.stderr
    assert "source: 1 row" in run("query", "-", "--explain", "--format", "table", text=json.dumps(COUNT)).output


def test_query_names_the_place_of_a_mistake(run):
    done = run("query", "-", text='[{"source": {"events": null}}, {"fliter": "a"}]')
    assert (done.exit_code, "/request/pipeline/1" in done.output) == (2, True)
    done = run("query", "-", text='[{"source": {"visitors": null}}, {"filter": "visitorId in [1]"}]')
    text = "Error: 400 /request/pipeline/1/filter, column 11: write contains(list, value)\n"
    assert (done.exit_code, done.output) == (2, text)


def test_table_has_a_column_for_each_value_inside_of_objects(send, run):
    send(visitor_id="v1", account_id="a1")
    steps = [{"source": {"visitors": None}}, {"select": {"a.b": "metadata.auto.id", "a.c": "metadata.auto.accountids"}}]
    done = run("query", "-", "--format", "table", text=json.dumps(steps))
    assert [line.split() for line in done.stdout.splitlines()] == [["a.b", "a.c"], ["v1", '["a1"]']]


@pytest.mark.parametrize("options", [["--now", "0"], ["--max-rows", "1"]])
def test_options_for_files_are_refused_with_an_emulator(run, options):
    assert run("query", "-", *options, text="[]").exit_code == 2


def test_query_of_an_unreachable_emulator_exits_with_3():
    done = CliRunner().invoke(main, ["query", "-", "--emulator", "http://127.0.0.1:9"], input="[]")
    assert done.exit_code == 3
