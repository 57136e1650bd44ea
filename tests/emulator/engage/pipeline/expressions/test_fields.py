"""Field paths read nested values, and null where something is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_emulator.engage.pipeline.expressions import ExpressionError, field_path, split_path
from tests.emulator.engage.pipeline.expressions.expression_cases import evaluate

ROW = {"a": {"b": {"c": {"d": {"e": 5}}}}, "Event Count": 3, "plan.name": "x", "list": [{"b": 1}], "n": 1, "s": "b"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("n", 1), ("a.b.c.d", {"e": 5}), ("a.b.c.d.e", 5), ("a.b.c.d.e.f", None), ("a.x", None), ("a.x.y", None),
        ("a.b.x.y", None), ("x.b.c.d", None), ("n.b", None), ("s.b.c", None), ("list.b", None), ("a.n.b.c.d", None),
        ("Event Count", 3), ('"plan.name"', "x"), ('a."b".c.d.e', 5), ("missing", None),
    ],
)  # fmt: skip
def test_paths_read_nested_values(path, value):
    assert field_path(path)(ROW) == value


@pytest.mark.parametrize("path", ["a.b.c", "a.b.c.d.e", "n", "a.x.y", "n.b.c", "missing"])
def test_paths_and_expressions_read_the_same_value(path):
    assert evaluate(path, ROW) == field_path(path)(ROW)


@pytest.mark.parametrize(
    ("path", "column"), [("", 1), (".", 1), ("a.", 3), ("a..b", 3), (".a", 1), ('a"b', 2), ('"a', 1), ('"a"b', 1)]
)
def test_incomplete_paths_are_errors_with_a_column(path, column):
    with pytest.raises(ExpressionError) as caught:
        field_path(path)
    assert caught.value.column == column


def test_the_number_of_names_is_bounded():
    assert len(split_path(".".join("a" * 64))) == 64
    with pytest.raises(ExpressionError, match="at most 64 names"):
        split_path(".".join("a" * 65))


@given(st.text(max_size=20))
def test_any_path_is_read_or_an_error_with_a_column(path):
    try:
        value, column = field_path(path)({}), 1
    except ExpressionError as error:
        value, column = None, error.column
    assert value is None
    assert 1 <= column <= len(path) + 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("list[0].b", 1), ("list[-1].b", 1), ("list[1]", None), ("list[-2]", None), ("list[0.5]", None),
        ('list["b"]', None), ('a["b"].c.d.e', 5), ('r["Event Count"]', None), ("n[0]", None), ("s[0]", None),
        ("[1, 2, 3][1:]", [2, 3]), ("[1, 2, 3][:-1]", [1, 2]), ("[1, 2, 3][5:9]", []), ("[1, 2, 3][2:1]", []),
        ("[1, 2, 3][-2:]", [2, 3]), ("[1, 2, 3][:]", [1, 2, 3]), ("s[0:1]", None), ('[1, 2]["a":]', None),
        ("[1, 2, 3][1.0]", 2), ("list[n]", None),
    ],
)  # fmt: skip
def test_lists_have_elements_and_parts(text, value):
    assert evaluate(text, ROW) == value
