"""A session sent before and after a fix: the comparison shows what the fix changed, and nothing else."""

import json

import pytest
from click.testing import CliRunner

from pendo_destination.cli import main as pendo_destination
from pendo_destination.samples import generate_day
from pendo_emulator.cli import main as pendo_emulator

EVENTS = list(generate_day(3, 30))
SETTINGS = {"region": "https://cdn.pendo.io"}


@pytest.fixture
def record(pendo, tmp_path):
    """Send events through the project's agent with settings, and return the source of the recorded run."""

    def send(name, events=EVENTS, **settings):
        key = f"{pendo.api_key}-{name}"
        (tmp_path / "events.ndjson").write_text("\n".join(map(json.dumps, events)))
        (tmp_path / "settings.json").write_text(json.dumps(SETTINGS | settings | {"apiKey": key}))
        files = [str(tmp_path / "events.ndjson"), "--settings", str(tmp_path / "settings.json")]
        CliRunner().invoke(pendo_destination, ["send", "--emulator", pendo.url, *files])
        return f"{pendo.url}#{key}"

    return send


@pytest.fixture
def differences(tmp_path):
    """Run `compare`; return the changed facts, the changed fields, and the types of missing and added events."""

    def compare(before, after):
        out = tmp_path / "out.json"
        result = CliRunner().invoke(pendo_emulator, ["compare", before, after, "--json", str(out)])
        document = json.loads(out.read_text())
        assert result.exit_code == (0 if document["same"] else 1), result.output
        assert document["answers"] == document["notes"] == []
        facts = {change["fact"]: (change["before"], change["after"]) for change in document["facts"]}
        fields = {change["field"] for change in document["changed"]}
        return facts, fields, {group["type"] for name in ("missing", "added") for group in document[name]}

    return compare


def test_second_run_with_the_same_settings_is_the_same(record, differences):
    assert differences(record("a"), record("b")) == ({}, set(), set())


def test_other_region_changes_hosts_and_no_event(record, differences):
    facts, fields, others = differences(record("a"), record("b", region="https://cdn.eu.pendo.io"))
    assert (fields, others) == (set(), set())
    assert facts == {
        "script host": (["cdn.pendo.io"], ["cdn.eu.pendo.io"]),
        "data host": (["data.pendo.io"], ["data.eu.pendo.io"]),
        "agent version": (["2.291.4_prod"], ["2.291.4_prod-eu"]),
    }


def test_added_trait_changes_one_field(record, differences):
    def without_plan(event):
        return event | {"traits": {name: value for name, value in event["traits"].items() if name != "plan"}}

    before = [without_plan(event) if event["type"] == "group" else event for event in EVENTS]
    assert differences(record("a", before), record("b")) == ({}, {"account.plan"}, set())


def test_setting_that_hid_account_traits_changes_account_fields_only(record, differences):
    facts, fields, others = differences(record("a", disableGroupIdAndTraitsOnLoad=True), record("b"))
    assert (facts, others) == ({}, set())
    assert "account.name" in fields
    assert all(name.startswith("account.") for name in fields)


def test_new_event_is_added(record, differences):
    new = EVENTS[-1] | {"type": "track", "event": "Fixed", "properties": {}, "messageId": "new"}
    assert differences(record("a"), record("b", [*EVENTS, new])) == ({}, set(), {"track"})
