"""The scenarios of the project: each has a page, and together they show every cause."""

from pathlib import Path

import pytest

from pendo_contracts.rules.catalogue import RULES
from pendo_contracts.scenarios.reading import ScenarioError
from pendo_destination.scenarios.library import find_scenario, scenario_names
from pendo_destination.scenarios.pages import as_markdown_pages, as_plain_text
from pendo_emulator.inspection.causes.cause_texts import CAUSE_TEXTS

ROOT = Path(__file__).parents[3]
# With these causes a recording does not say what is wrong.
UNEXPLAINED = {"healthy", "requests-failed"}
SCENARIOS = [find_scenario(name) for name in scenario_names()]


def test_documentation_is_current():
    written = {file.name: file.read_text("utf-8") for file in (ROOT / "docs/scenarios").iterdir()}
    assert written == dict(as_markdown_pages()), "run: pendo-destination scenario docs docs/scenarios"


def test_links_of_the_pages_have_a_target():
    rules = {rule.description.name for rule in RULES}
    for scenario in SCENARIOS:
        cause, certainty = scenario.expect.cause, scenario.expect.certainty
        is_rule = cause in rules and certainty == "possible"
        assert is_rule or (ROOT / f"docs/causes/{cause}.md").exists(), scenario.name


def test_every_cause_has_a_scenario():
    assert set(CAUSE_TEXTS) <= {scenario.expect.cause for scenario in SCENARIOS}


def test_scenarios_without_a_proved_cause_say_what_is_not_proved():
    for scenario in SCENARIOS:
        is_proved = scenario.expect.certainty == "proved" and scenario.expect.cause not in UNEXPLAINED
        assert bool(scenario.possible) != is_proved, scenario.name


def test_every_scenario_says_how_its_facts_are_known():
    for scenario in SCENARIOS:
        assert scenario.source.startswith(("Documented: ", "Observed: ", "Assumed: ")), scenario.name


def test_page_has_symptom_reason_sign_and_fix():
    text = as_plain_text(find_scenario("csp-events"), 60)
    for heading in ("What you see in Pendo", "Why", "How to recognize it", "How to fix it", "How this is known"):
        assert f"\n\n{heading}\n  " in text
    assert max(map(len, text.splitlines())) <= 60


@pytest.mark.parametrize(("name", "hint"), [("csp-event", "did you mean csp-events?"), ("zzz", "scenario list")])
def test_unknown_name_is_answered_with_a_similar_one(name, hint):
    with pytest.raises(ScenarioError, match=hint.replace("?", r"\?")):
        find_scenario(name)
