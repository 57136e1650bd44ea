"""`pendo-emulator rules`: the list and the pages, for people and for programs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_contracts.rules.catalogue import RULES
from pendo_contracts.rules.pages import as_markdown
from pendo_emulator.cli import main

NAMES = [rule.description.name for rule in RULES]
PAGE = Path(__file__).parents[3] / "docs/rules.md"


def run(*words):
    done = CliRunner().invoke(main, ["rules", *words], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.stdout


def test_list_has_one_plain_line_for_each_rule():
    lines = run("list").splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    assert {line.split()[1] for line in lines} == {"error", "warning", "note"}
    assert len({line.index(rule.description.summary) for line, rule in zip(lines, RULES, strict=True)}) == 1


def test_list_for_programs_has_every_rule():
    assert [rule["name"] for rule in json.loads(run("list", "--json"))] == NAMES


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_page_has_all_texts_and_thresholds(rule):
    about = rule.description
    page = " ".join(run("show", about.name).split())
    for text in (about.summary[1:], about.symptom[1:], about.reason[1:], about.fix[1:], about.source[1:]):
        assert text in page
    assert all(f"{name} = {value}" in page for name, value in about.thresholds.items())
    assert json.loads(run("show", about.name, "--json"))["thresholds"] == dict(about.thresholds)


def test_unknown_rule_is_wrong_usage_and_names_the_nearest():
    done = CliRunner().invoke(main, ["rules", "show", "id-twin"])
    assert done.exit_code == 2
    assert "there is no rule 'id-twin'; did you mean id-twins?" in done.stderr


def test_page_of_the_documentation_is_what_the_command_prints():
    assert PAGE.read_text("utf-8") == run("docs") == as_markdown()
