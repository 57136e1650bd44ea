"""Null and mismatched types give the documented results in every operator and function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_emulator.engage.pipeline.expressions.functions.catalog import FUNCTIONS
from tests.emulator.engage.pipeline.expressions.expression_cases import evaluate, numbers, scalars, values

ABOUT_NULL = {"if", "isBoolean", "isNumber", "isString", "isList", "isNil", "isNull", "isEmpty", "list"}
NAMES = {"startOfPeriod": {0: '"daily"'}, "dateAdd": {2: '"days"'}, "dateDist": {2: '"daily"'}}


@given(st.sampled_from(["<", "<=", ">", ">=", "+", "-", "*", "/", "%"]), values)
def test_null_in_comparisons_and_arithmetic_gives_null(operator, value):
    for text in (f"a {operator} b", f"b {operator} a", f"a {operator} null", f"missing {operator} a"):
        assert evaluate(text, {"a": value, "b": None}) is None


@pytest.mark.parametrize("text", ["!a", "-a", "!null", "-null", "a[0]", "a[1:]", "a.b", "null.b", "b[a]", "b[a:]"])
def test_null_in_unary_operators_and_access_gives_null(text):
    assert evaluate(text, {"b": [1]}) is None


@given(value=values)
def test_null_is_a_value_of_its_own_for_equality(value):
    is_null = value is None
    for row in ({"a": value, "b": None}, {"a": value}):
        for text in ("a == b", "b == a", "a == null", "null == a"):
            assert evaluate(text, row) is is_null
        for text in ("a != b", "b != a", "a != null", "null != a"):
            assert evaluate(text, row) is not is_null


@pytest.mark.parametrize("value", [None, "", "x", [], [True], {"a": 1}])
def test_logical_operators_treat_other_values_as_false(value):
    row = {"a": value, "yes": True, "no": False}
    assert [evaluate(text, row) for text in ("a && yes", "yes && a", "a || no", "no || a")] == [False] * 4
    assert [evaluate(text, row) for text in ("a || yes", "yes || a")] == [True] * 2


@pytest.mark.parametrize(("value", "truth"), [(0, False), (0.0, False), (1, True), (-0.5, True), (True, True)])
def test_logical_operators_take_numbers(value, truth):
    row = {"a": value, "yes": True}
    assert evaluate("a && yes", row) is truth
    assert evaluate("a || false", row) is truth


@pytest.mark.parametrize("function", sorted(set(FUNCTIONS) - ABOUT_NULL - {"now"}))
def test_null_arguments_give_null(function):
    described = FUNCTIONS[function]
    count = max(described.fewest, 1)
    for null_at in set(range(count)) - set(NAMES.get(function, {})):
        for null in ("null", "missing"):
            arguments = [NAMES.get(function, {}).get(place, f"v{place}") for place in range(count)]
            arguments[null_at] = null
            for value in (1, "a", [1], {"a": 1}, True):
                row = {f"v{place}": value for place in range(count)}
                assert evaluate(f"{function}({', '.join(arguments)})", row) is None


@given(left=values, right=values)
def test_equality_of_different_types_is_null(left, right):
    kinds = [float if type(value) is int else type(value) for value in (left, right)]
    row = {"a": left, "b": right}
    if type(None) in kinds:
        return
    if kinds[0] is not kinds[1] or kinds[0] is dict:
        assert evaluate("a == b", row) is evaluate("a != b", row) is None
    elif kinds[0] is list:
        assert evaluate("a == b", row) in {True, False}
        assert evaluate("a != b", row) is None
    else:
        assert evaluate("a == b", row) is (left == right)
        assert evaluate("a != b", row) is (left != right)


@given(left=scalars, right=scalars)
def test_order_needs_two_numbers_or_two_strings(left, right):
    row = {"a": left, "b": right}
    kinds = {float if type(value) is int else type(value) for value in (left, right)}
    expected = (left < right, left <= right, left > right, left >= right) if kinds in ({float}, {str}) else (None,) * 4
    assert tuple(evaluate(f"a {operator} b", row) for operator in ("<", "<=", ">", ">=")) == expected


@given(left=scalars, right=scalars)
def test_arithmetic_needs_two_numbers(left, right):
    if {type(left), type(right)} <= {int, float}:
        return
    for operator in "+-*/%":
        assert evaluate(f"a {operator} b", {"a": left, "b": right}) is None


@given(left=numbers, right=numbers)
def test_arithmetic_is_that_of_64_bit_floats(left, right):
    row = {"a": left, "b": right}
    for operator, calculate in (
        ("+", float.__add__), ("-", float.__sub__), ("*", float.__mul__), ("/", float.__truediv__),
    ):  # fmt: skip
        result = evaluate(f"a {operator} b", row)
        if operator == "/" and right == 0:
            assert result is None
            continue
        expected = calculate(float(left), float(right))
        assert result is None if expected in {float("inf"), float("-inf")} else result == expected


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("7 % 3", 1), ("-7 % 3", -1), ("7 % -3", 1), ("7.5 % 2", 1.5), ("7 % 0", None), ("1 / 0", None),
        ("6 / 4", 1.5), ("4 / 2", 2), ("2 + 3 * 4", 14), ("(2 + 3) * 4", 20), ("10 - 3 - 2", 5),
        ("2025-10-01", 2014), ("1e308 * 10", None), ("-a", None), ("- -3", 3), ("!a", None), ("!!true", True),
        ("1 < 2 == true", True), ("1 == 1 && 2 == 2 || false", True), ("false && false || true", True),
        ("true || true && false", True), ("!false && true", True), ("-2 * 3", -6), ('"a" < "b"', True),
        ('"Z" < "a"', True), ('"" < "a"', True), ("[1, 2] == [1, 2]", True), ("[1] == [2]", False),
        ("[1] == [true]", False), ("[1, [2]] == [1.0, [2]]", True), ("1 == true", None), ('"a" + "b"', None),
    ],
)  # fmt: skip
def test_operators_have_the_precedence_and_types_of_the_documentation(text, result):
    assert evaluate(text, {"a": "x"}) == result


def test_whole_results_are_integers():
    assert [type(evaluate(text)) for text in ("4 / 2", "0.5 + 0.5", "2 * 1.5", "7 % 3", "1e3")] == [int] * 5


@given(st.integers(10**20, 10**400))
def test_huge_integers_of_a_row_break_nothing(number):
    row = {"a": number, "b": 0.5}
    for text in ("a + b", "a * a", "a / b", "a % b", "-a", "a < b", "a == b", "toString(a)", "hash(a)", "sum([a, b])"):
        evaluate(text, row)
    for text in ('startOfPeriod("daily", a)', 'dateAdd(0, a, "hours")', 'formatTime("2006", a)', "date(a)"):
        assert evaluate(text, row) is None
