"""`pendo-emulator contracts lint`: its lines and its exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_emulator.cli import main

SCHEMAS = sorted((Path(__file__).parents[4] / "contracts/pendo_contracts/schemas").glob("*/*.json"))


def lint(*files):
    return CliRunner().invoke(main, ["contracts", "lint", *map(str, files)])


def test_packaged_contracts_pass():
    done = lint(*SCHEMAS)
    assert done.exit_code == 0
    assert "0 errors, 0 warnings" in done.stdout


@pytest.mark.parametrize(("schema", "code"), [({"enum": []}, 1), ({"$defs": {"unused": {}}}, 0), ({}, 0)])
def test_exit_code_says_whether_errors_were_found(schema, code, tmp_path):
    file = tmp_path / "event.json"
    file.write_text(json.dumps(schema))
    assert lint(file).exit_code == code


def test_line_names_place_and_remedy(tmp_path):
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"properties": {"a\u001b": {"minimum": 2, "maximum": 1}}}))
    line = lint(file).stdout.splitlines()[0]
    assert "/properties/a\\x1b/minimum: error" in line
    assert "lower minimum or raise maximum" in line


def test_unreadable_files_are_wrong_usage(tmp_path):
    file = tmp_path / "event.json"
    file.write_text("{")
    done = lint(file)
    assert done.exit_code == 2
    assert "line 1" in done.stderr
