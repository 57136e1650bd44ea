"""`pendo-emulator contracts coverage`: the table, the JSON file, and the minimums that fail."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_contracts.coverage.coverage import KINDS
from pendo_emulator.cli import main

CAPTURES = Path(__file__).parents[4] / "fixtures/captures"
HAR = CAPTURES / "region-us.har"


def coverage(*words, code=0):
    done = CliRunner().invoke(main, ["contracts", "coverage", *map(str, words)])
    assert done.exit_code == code, done.output
    return done


def test_table_has_each_kind_and_what_is_missing():
    text = coverage(HAR).stdout
    assert {line.split()[0] for line in text.splitlines()[1:8]} == {*KINDS, "all"}
    assert "never exercised: regions\n  au\n  eu\n" in text


def test_json_has_everything(tmp_path):
    file = tmp_path / "coverage.json"
    coverage(HAR, "--json", file)
    document = json.loads(file.read_text())
    assert set(document["kinds"]) == set(KINDS)
    assert document == json.loads(coverage(HAR, "--json", "-").stdout)


def test_order_of_recordings_does_not_change_the_result():
    files = [HAR, CAPTURES / "region-eu.ndjson"]
    assert coverage(*files).stdout == coverage(*reversed(files)).stdout


@pytest.mark.parametrize("option", ["--min", *(f"--min-{kind}" for kind in KINDS)])
def test_less_than_a_minimum_fails(option):
    assert coverage(HAR, option, 0).stderr == ""
    assert f"is less than {option} 100" in coverage(HAR, option, 100, code=1).stderr


def test_recording_without_requests_is_not_judged(tmp_path):
    file = tmp_path / "empty.ndjson"
    file.write_text("")
    coverage(file, code=4)


def test_other_files_are_refused(tmp_path):
    file = tmp_path / "notes.ndjson"
    file.write_text('{"no": "request"}\n')
    assert "is not a recording" in coverage(file, code=2).stderr
