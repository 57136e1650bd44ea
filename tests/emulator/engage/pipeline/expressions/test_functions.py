"""Each function gives the documented results, refuses wrong calls, and describes itself."""

import pytest

from pendo_emulator.engage.pipeline.expressions import ExpressionError, compile_expression, parse_expression
from pendo_emulator.engage.pipeline.expressions.functions.catalog import FAMILIES, FUNCTIONS
from tests.emulator.engage.pipeline.expressions.expression_cases import CONTEXT, evaluate

# The functions that engage.md's readers need; a client that uses another one gets an error with its name.
DOCUMENTED = {
    "if", "isBoolean", "isNumber", "isString", "isList", "isNil", "isNull", "isEmpty", "contains", "startsWith",
    "split", "toLowerCase", "toString", "len", "list", "listInRange", "reverse", "sortUnique", "sum", "now", "date",
    "startOfPeriod", "dateAdd", "formatTime", "dateDist", "identified", "childAccountId", "parentAccountId",
    "expandAppIds", "hash", "eventSubType", "keys",
}  # fmt: skip
EXAMPLES = [
    pytest.param(example, id=f"{example.expression} {example.row or ''}")
    for function in FUNCTIONS.values()
    for example in function.examples
]
REFUSED = [text for function in FUNCTIONS.values() for text in function.refused]


def test_every_documented_function_exists():
    assert set(FUNCTIONS) == DOCUMENTED


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_have_the_documented_result(example):
    result = evaluate(example.expression, example.row)
    assert (result, type(result)) == (example.result, type(example.result))


@pytest.mark.parametrize("text", REFUSED)
def test_wrong_calls_are_refused_with_a_column(text):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, CONTEXT)
    assert 1 <= caught.value.column <= len(text) + 1


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda function: function.name)
def test_every_function_has_kept_and_refused_cases(function):
    assert function.examples
    assert function.refused or (function.fewest, function.most) == (0, None)
    assert function.known.split(";")[0].split()[0] in {"documented", "observed", "assumed"}
    assert function.syntax.startswith(f"{function.name}(")


def test_every_function_belongs_to_one_family():
    assert sum(map(len, FAMILIES.values())) == len(FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("date_add(now(), 1)", "write dateAdd"),
        ("startswith(a, b)", "write startsWith"),
        ("lenn(a)", "write len"),
        ("qqqq(a)", "use one of childAccountId, "),
    ],
)
def test_an_unknown_function_gets_the_nearest_name(text, advice):
    with pytest.raises(ExpressionError, match=advice):
        parse_expression(text)


def test_only_the_chosen_argument_of_if_is_evaluated():
    assert evaluate("if(isList(a), a[0], a)", {"a": [7]}) == 7
    assert evaluate("if(isList(a), a[0], a)", {"a": 8}) == 8


@pytest.mark.parametrize("condition", ['"x"', "1", "null", "[true]", "false"])
def test_only_true_is_true_for_if(condition):
    assert evaluate(f"if({condition}, 1, 2)") == 2
    assert evaluate("if(c, 1, 2)", {"c": evaluate(condition)}) == 2


def test_a_constant_list_contains_as_a_list_of_the_row():
    for items in (["a", "b"], [1, 2.5], [], [1, "a", None], [[1]], [True]):
        for value in ("a", 1, 1.0, 2.5, True, False, None, [1], {"a": 1}):
            row = {"items": items, "value": value}
            constant = repr(items).replace("None", "null").replace("True", "true")
            assert evaluate(f"contains({constant.replace(chr(39), chr(34))}, value)", row) == evaluate(
                "contains(items, value)", row
            )
