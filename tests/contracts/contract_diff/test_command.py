import json
import subprocess

import pytest
from click.testing import CliRunner

from pendo_emulator.cli import main


def run(*arguments):
    return CliRunner().invoke(main, ["contracts", "diff", *map(str, arguments)])


def write(file, schema):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(schema))
    return file


def git(folder, *arguments):
    settings = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run(["git", "-C", folder, *settings, *arguments], check=True, capture_output=True)


def test_breaking_change_gives_exit_code_1_and_evidence(tmp_path):
    old = write(tmp_path / "old.json", {"properties": {"plan": {"type": "string", "maxLength": 9}}})
    new = write(tmp_path / "new.json", {"properties": {"plan": {"type": "string", "maxLength": 8}}})
    result = run(old, new, "--json", tmp_path / "out.json")
    assert result.exit_code == 1
    [found] = json.loads((tmp_path / "out.json").read_text())["breaking"]
    assert found["constraint"].endswith("#/properties/plan/maxLength")
    assert len(found["event"]["plan"]) == 9


def test_newly_allowed_events_give_exit_code_0(tmp_path):
    old, new = write(tmp_path / "old.json", {"type": "null"}), write(tmp_path / "new.json", {"type": ["null", "array"]})
    result = run(old, new)
    assert (result.exit_code, "newly allowed" in result.output) == (0, True)


def test_removed_event_of_a_plan_breaks_only_if_unplanned_events_are_errors(tmp_path):
    kept = {"Signed In": {"type": "object"}}
    plan = {"version": 1, "events": kept}
    old = write(tmp_path / "old.json", plan | {"events": kept | {"Signed Up": {"type": "object"}}})
    strict = write(tmp_path / "strict.json", plan | {"unplanned_events": "error"})
    lenient = write(tmp_path / "lenient.json", plan | {"unplanned_events": "warning"})
    assert [run(old, new).exit_code for new in (strict, lenient)] == [1, 0]


@pytest.mark.parametrize("revision", ["HEAD", "HEAD:contracts"])
def test_old_version_can_be_a_git_revision(tmp_path, revision):
    folder = tmp_path / "contracts"
    write(folder / "one.json", {"type": ["null", "array"]})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    assert run(revision, folder).exit_code == 0
    write(folder / "one.json", {"type": "null"})
    assert run(revision, folder).exit_code == 1


def test_unreadable_contracts_are_usage_errors(tmp_path):
    good = write(tmp_path / "good.json", {"type": "null"})
    remote = write(tmp_path / "remote.json", {"$ref": "https://example.com/x.json"})
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert [run(old, good).exit_code for old in (remote, broken, "v0-unknown")] == [2, 2, 2]
    assert "nothing is fetched" in run(remote, good).output
    assert "not in a git repository" in run("v0-unknown", good).output


def test_references_between_files_of_a_folder_are_followed(tmp_path):
    for version, limit in (("old", 3), ("new", 2)):
        write(tmp_path / version / "event.json", {"properties": {"a": {"$ref": "name.json#/$defs/name"}}})
        write(tmp_path / version / "name.json", {"$defs": {"name": {"maxLength": limit}}})
    result = run(tmp_path / "old", tmp_path / "new")
    assert (result.exit_code, "name#/$defs/name/maxLength" in result.output) == (1, True)
