"""A filter keeps exactly the rows whose value is true."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_emulator.engage.pipeline.expressions import compile_condition, compile_expression, compile_filter
from tests.emulator.engage.pipeline.expressions.expression_cases import CONTEXT, rows, trees

VALUES = (None, True, False, 0, 0.0, 1, 1.0, -2, 1.5, 10**400, "", "x", "y", "0", [1], [], {"x": 1}, {})
OPERATORS = ("==", "!=", "<", "<=", ">", ">=")


def nested(path, value):
    """Return the row that has a value at a path."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def check(expression, table):
    read = compile_expression(expression, CONTEXT)
    condition, keep = compile_condition(expression, CONTEXT), compile_filter(expression, CONTEXT)
    kept = [row for row in table if read(row) is True]
    assert [row for row in table if condition(row)] == kept
    assert list(keep(table)) == kept
    assert list(keep(iter(table))) == kept


@settings(max_examples=40)  # each generates a tree and several rows
@given(trees, st.lists(rows, max_size=3))
def test_conditions_and_filters_keep_the_rows_whose_value_is_true(tree, table):
    check(tree, table)


@pytest.mark.parametrize("path", ["a", "a.b", "a.b.c", "a.b.c.d"])
def test_specialised_comparisons_agree_with_the_general_ones(path):
    table = [nested(path, value) for value in VALUES]
    for constant in ('"x"', '""', "0", "1", "-1.5", "true", "false", "null", "[1]", "b"):
        for operator in OPERATORS:
            check(f"{path} {operator} {constant}", table)
            check(f"{constant} {operator} {path}", table)
            check(f"{path} {operator} {constant} && {path} != null", table)


def test_a_constant_on_the_left_mirrors_the_comparison():
    table = [{"a": value} for value in (*VALUES, 5, 5.0, 6)]
    for operator, mirrored in (("<", ">"), ("<=", ">="), (">", "<"), (">=", "<="), ("==", "=="), ("!=", "!=")):
        left = list(compile_filter(f"5 {operator} a", CONTEXT)(table))
        assert left == list(compile_filter(f"a {mirrored} 5", CONTEXT)(table))


@pytest.mark.parametrize(("text", "kept"), [("true", 2), ("1", 0), ('"x"', 0), ("null", 0), ("1 == 1", 2), ("n", 0)])
def test_only_the_value_true_keeps_a_row(text, kept):
    assert len(list(compile_filter(text, CONTEXT)([{"n": 1}, {"n": "true"}]))) == kept


def test_a_filter_reads_rows_only_when_they_are_needed():
    read = []
    table = ({"a": read.append(number) or number} for number in range(100))
    kept = iter(compile_filter("a >= 3 && a < 50", CONTEXT)(table))
    assert next(kept) == {"a": 3}
    assert len(read) == 4
