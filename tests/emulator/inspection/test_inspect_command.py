"""`pendo-emulator inspect` writes its JSON, and exits with 0 whenever it found causes."""

import json

from click.testing import CliRunner

from pendo_emulator.cli import main
from tests.emulator.inspection.har_kit import Session, inspect


def run(*arguments):
    return CliRunner().invoke(main, ["inspect", *map(str, arguments)])


def test_json_has_causes_possible_facts_and_story(tmp_path):
    inspect(Session().open().script().usual(status=503), tmp_path)
    done = run(tmp_path / "session.har", "--json", tmp_path / "out.json")
    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert {"causes", "possible", "facts", "story"} <= document.keys()
    assert {"cause", "certainty", "sentence", "fix", "evidence", "rules"} <= document["causes"][0].keys()
    assert {"apiKey", "region", "visitors", "accounts"} <= document["facts"].keys()


def test_unreadable_file_exits_with_2(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    for source in (tmp_path / "notes.txt", tmp_path / "missing.har"):
        done = run(source)
        assert done.exit_code == 2
        assert "Error: " in done.output


def test_no_file_exits_with_2():
    assert run().exit_code == 2
