"""The pages on expressions are made from the tables, and their examples are true."""

from pathlib import Path

import pytest

from pendo_emulator.engage.pipeline.documentation.expression_pages import EXAMPLE_CONTEXT, expression_pages
from pendo_emulator.engage.pipeline.expressions import ExpressionError, parse_expression
from pendo_emulator.engage.pipeline.expressions.functions.catalog import FUNCTIONS
from pendo_emulator.engage.pipeline.expressions.syntax import TOPICS
from tests.emulator.engage.pipeline.expressions.expression_cases import evaluate

FOLDER = Path(__file__).parents[5] / "docs/engage"
PAGES = expression_pages()


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_current(name):
    assert (FOLDER / name).read_text("utf-8") == PAGES[name], (
        "run .venv/bin/python -m pendo_emulator.engage.pipeline.documentation docs/engage"
    )


@pytest.mark.parametrize(
    "example",
    [pytest.param(one, id=f"{topic.name}: {one.expression}") for topic in TOPICS for one in topic.examples],
)
def test_examples_of_the_syntax_have_the_documented_result(example):
    result = evaluate(example.expression, example.row, EXAMPLE_CONTEXT)
    assert (result, type(result)) == (example.result, type(example.result))


@pytest.mark.parametrize("text", [text for topic in TOPICS for text in topic.refused])
def test_texts_that_the_syntax_refuses_are_errors(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_section(name):
    assert sum(f"\n## {name}\n" in page for page in PAGES.values()) == 1


def test_every_fact_says_how_it_is_known():
    for topic in TOPICS:
        assert topic.known.split(";")[0].split()[0] in {"documented", "observed", "assumed"}, topic.name


def test_every_operator_has_a_section():
    text = PAGES["expressions.md"]
    for operator in ("==", "!=", "<", "<=", ">", ">=", "&&", "||", "+", "-", "*", "/", "%"):
        assert f"\na {operator} b\n" in text
