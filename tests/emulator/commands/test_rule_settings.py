"""The settings of the rules apply to recordings, to commands, and to live traffic."""

import shutil
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from pendo_contracts.rules.rule_settings import RuleSettings
from pendo_emulator.api_key_space import Space
from pendo_emulator.cli import main
from pendo_emulator.server import Emulator
from tests.contracts.rules.session_builder import beacon, event

TWINS = Path(__file__).parents[3] / "fixtures/rules/id-twins/broken.ndjson"
OFF = '[tool.pendo-emulator.rules]\nid-twins = "off"\n'
ERROR = '[rules]\nid-twins = "error"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(TWINS, tmp_path / "twins.ndjson")
    return tmp_path


def check(*options):
    return CliRunner().invoke(main, ["check", "twins.ndjson", "--jobs", "1", *options])


def test_check_uses_the_settings_of_the_project(folder):
    assert "id-twins" in check().stdout
    (folder / "pyproject.toml").write_text(OFF, "utf-8")
    assert "id-twins" not in check().stdout
    assert check("--strict").exit_code == 0
    assert "id-twins" in check("--rule", "id-twins").stdout


def test_check_uses_the_given_file_instead(folder):
    (folder / "pyproject.toml").write_text(OFF, "utf-8")
    (folder / "strict.toml").write_text(ERROR, "utf-8")
    done = check("--settings", "strict.toml")
    assert done.exit_code == 1
    assert "id-twins" in done.stdout


@pytest.mark.parametrize("command", [["check", "twins.ndjson"], ["serve", "--port", "0"], ["exec", "--", "true"]])
def test_wrong_settings_are_wrong_usage_before_anything_starts(folder, command):
    (folder / "pyproject.toml").write_text('[tool.pendo-emulator.rules]\nid-twin = "off"\n', "utf-8")
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 2
    assert "[tool.pendo-emulator.rules]: there is no rule 'id-twin'; did you mean id-twins?" in done.stderr


@pytest.mark.parametrize(("rules", "found"), [(None, True), (RuleSettings(off=frozenset({"id-twins"})), False)])
def test_live_traffic_is_judged_with_the_settings_of_the_emulator(rules, found):
    with Emulator(rules=rules) as emulator:
        space = Space.fresh(emulator)
        for visitor in ("ada", "Ada"):
            line = beacon(event(visitor_id=visitor, frameId=f"{visitor}wNlO3VnijXxcK"), key=space.api_key)
            url = line["url"].removeprefix("https://data.pendo.io")
            requests.get(space.host_url("data.pendo.io") + url, timeout=30)
        control = requests.get(f"{emulator.url}/_emulator/keys/{space.api_key}/findings", timeout=30).json()
        assert ("id-twins" in {group.first.rule for group in space.findings()}) is found
        assert ("id-twins" in {finding["rule"] for finding in control["findings"]}) is found
