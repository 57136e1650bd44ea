"""The pages on operators are made from the tables, and their examples are true."""

from pathlib import Path

import pytest

from pendo_emulator.engage.pipeline import PipelineError
from pendo_emulator.engage.pipeline.aggregators.table import AGGREGATORS
from pendo_emulator.engage.pipeline.documentation.example_runs import run_aggregator_example, run_example, run_steps
from pendo_emulator.engage.pipeline.documentation.fidelity_page import fidelity_pages
from pendo_emulator.engage.pipeline.documentation.operator_pages import operator_pages
from pendo_emulator.engage.pipeline.operators.table import OPERATORS

FOLDER = Path(__file__).parents[4] / "docs/engage"
EVIDENCE = ("Documented", "Observed", "Assumed")


def cases(table, kind):
    """List the examples or refused cases of a table, each with the name of its entry."""
    return [
        pytest.param(name, case, id=f"{name}-{number}")
        for name, entry in table.items()
        for number, case in enumerate(getattr(getattr(entry, "description", entry), kind), 1)
    ]


def test_pages_are_current():
    for name, text in (operator_pages() | fidelity_pages()).items():
        assert (FOLDER / name).read_text("utf-8") == text, (
            "run .venv/bin/python -m pendo_emulator.engage.pipeline.documentation docs/engage"
        )


@pytest.mark.parametrize(("name", "example"), cases(OPERATORS, "examples"))
def test_example_of_an_operator_gives_its_rows(name, example):
    assert run_example(example) == list(example.after), name


@pytest.mark.parametrize(("name", "refusal"), cases(OPERATORS, "refused"))
def test_refused_step_is_an_error_with_its_place(name, refusal):
    with pytest.raises(PipelineError) as raised:
        run_steps(refusal.step, [], {})
    place = "/request/pipeline/0" if name == "spawn" else "/request/pipeline/1"
    assert refusal.message in str(raised.value)
    assert raised.value.pointer.startswith(f"{place}/{name}")
    assert raised.value.status == 400


@pytest.mark.parametrize(("name", "example"), cases(AGGREGATORS, "examples"))
def test_example_of_an_aggregator_gives_its_value(name, example):
    assert run_aggregator_example(name, example) == example.result


@pytest.mark.parametrize(("name", "argument"), cases(AGGREGATORS, "refused"))
def test_refused_argument_is_an_error_with_its_place(name, argument):
    with pytest.raises(PipelineError) as raised:
        run_steps({"reduce": {"value": {name: argument}}}, [], {})
    assert raised.value.pointer.startswith(f"/request/pipeline/1/reduce/value/{name}")


def test_each_operator_and_aggregator_has_kept_and_refused_cases():
    for name, entry in {**OPERATORS, **AGGREGATORS}.items():
        about = getattr(entry, "description", entry)
        assert about.examples, name
        assert about.refused, name
        assert about.evidence.startswith(EVIDENCE), name


@pytest.mark.parametrize("name", OPERATORS)
def test_examples_do_not_change_their_rows(name):
    for example in OPERATORS[name].description.examples:
        before = repr((example.before, example.sources))
        run_example(example)
        assert repr((example.before, example.sources)) == before
