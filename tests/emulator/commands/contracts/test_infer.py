"""`pendo-emulator contracts infer`: the plan that it prints or writes, and its exit codes."""

import json
from pathlib import Path

from click.testing import CliRunner

from pendo_contracts.plans.loading import load_plan
from pendo_emulator.cli import main

CAPTURES = Path(__file__).parents[4] / "fixtures/captures"


def infer(*words, code=0):
    done = CliRunner().invoke(main, ["contracts", "infer", *map(str, words)])
    assert done.exit_code == code, done.output
    return done


def test_plan_goes_to_stdout():
    plan = json.loads(infer(CAPTURES / "region-us.har", "--name", "Shop", "--unplanned", "warning").stdout)
    assert plan["name"] == "Shop"
    assert plan["unplanned_events"] == plan["unplanned_properties"] == "warning"
    assert plan["events"]


def test_written_plan_can_be_loaded(tmp_path):
    file = tmp_path / "plan.json"
    assert "plan inferred from" in infer(CAPTURES, "-o", file).stderr
    assert load_plan(file).events


def test_existing_file_is_not_overwritten(tmp_path):
    file = tmp_path / "plan.json"
    file.write_text("mine")
    assert "is not overwritten: give another file" in infer(CAPTURES / "region-us.har", "-o", file, code=2).stderr
    assert file.read_text() == "mine"


def test_order_of_recordings_does_not_change_the_plan():
    files = [CAPTURES / name for name in ("region-us.har", "region-eu.ndjson", "e-numeric-real.ndjson")]
    assert infer(*files).stdout == infer(*reversed(files)).stdout


def test_other_files_are_refused(tmp_path):
    file = tmp_path / "notes.ndjson"
    file.write_text('{"no": "request"}\n')
    assert "is not a recording" in infer(file, code=2).stderr
    assert "does not exist" in infer(tmp_path / "missing", code=2).stderr


def test_recording_without_events_gives_no_plan(tmp_path):
    file = tmp_path / "empty.ndjson"
    file.write_text("")
    assert "no plan" in infer(file, code=4).stderr


def test_plan_in_a_missing_folder_is_an_error(tmp_path):
    assert "cannot write" in infer(CAPTURES / "region-us.har", "-o", tmp_path / "no" / "plan.json", code=5).stderr
