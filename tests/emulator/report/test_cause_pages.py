"""Each cause has a page, and the pages in the documentation are current."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_contracts.rules.catalogue import RULES
from pendo_emulator.cli import main
from pendo_emulator.inspection.causes.cause_texts import CAUSE_TEXTS
from pendo_emulator.report.cause_pages import as_markdown_pages, as_plain_text
from pendo_emulator.report.cause_symptoms import CAUSE_SYMPTOMS

DOCS = Path(__file__).parents[3] / "docs"


def test_documentation_is_current():
    written = {file.name: file.read_text("utf-8") for file in (DOCS / "causes").iterdir()}
    assert written == dict(as_markdown_pages()), "run: pendo-emulator causes docs docs/causes"


def test_every_cause_says_what_people_see_and_how_it_is_known():
    assert set(CAUSE_SYMPTOMS) == set(CAUSE_TEXTS)
    for symptom in CAUSE_SYMPTOMS.values():
        assert re.match(r"(Documented|Observed|Assumed): ", symptom.source)


def test_rules_of_causes_exist_and_their_links_have_a_target():
    names = {rule.description.name for rule in RULES}
    headings = set(re.findall(r"^### (.+)$", (DOCS / "rules.md").read_text("utf-8"), re.MULTILINE))
    named = {rule for text in CAUSE_TEXTS.values() for rule in text.rules}
    assert named <= names & headings


@pytest.mark.parametrize("slug", ["healthy", "csp-blocked-data"])
def test_page_names_symptom_proof_and_fix(slug):
    text = as_plain_text(slug, 60)
    for heading in ("What you see in Pendo", "What proves it", "What to do", "How this is known"):
        assert f"\n\n{heading}\n  " in text
    assert max(map(len, text.splitlines())) <= 60


def test_command_writes_lists_and_shows_pages(tmp_path):
    assert CliRunner().invoke(main, ["causes", "docs", str(tmp_path / "new")]).exit_code == 0
    assert {file.name for file in (tmp_path / "new").iterdir()} == set(as_markdown_pages())
    listed = CliRunner().invoke(main, ["causes", "list"]).output
    assert [line.split()[0] for line in listed.splitlines()] == list(CAUSE_TEXTS)
    wrong = CliRunner().invoke(main, ["causes", "show", "region-missmatch"])
    assert (wrong.exit_code, "did you mean region-mismatch?" in wrong.output) == (2, True)
