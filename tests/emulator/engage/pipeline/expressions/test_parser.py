"""Texts are parsed by the documented grammar, and every error has a column."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pendo_emulator.engage.pipeline.expressions import (
    ExpressionError,
    compile_expression,
    parse_expression,
    print_expression,
)
from pendo_emulator.engage.pipeline.expressions.parser import MAX_DEPTH
from pendo_emulator.engage.pipeline.expressions.tokens import MAX_LENGTH, MAX_TOKENS
from pendo_emulator.engage.pipeline.expressions.tree import (
    Binary,
    Call,
    Field,
    Index,
    ListLiteral,
    Literal,
    Logical,
    Member,
    Slice,
    Unary,
    children,
)
from pendo_emulator.engage.pipeline.expressions.work_limit import MAX_HEAVY
from tests.emulator.engage.pipeline.expressions.expression_cases import CONTEXT, rows, trees

A, B, C = (Field((name,)) for name in "abc")
ONE, TWO = Literal(1), Literal(2)
PIECES = [
    "a", "b.c", "1", "2.5", ".5", "1e9", '"s"', "`r`", "null", "true", "(", ")", "[", "]", ",", ".", ":", "!", "-", "+",
    "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", " ", "if(", "len(", "contains(", "now()", "date(", "'",
    '"', "\\", "`", "=", "&", "in", "?", "$", "\n", "é", "x y",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b.c", Field(("a", "b", "c"))),
        ("a . b", Field(("a", "b"))),
        ("(a).b", Field(("a", "b"))),
        ("a[0].b", Member(Index(A, Literal(0)), "b")),
        ("a[-1]", Index(A, Unary("-", ONE))),
        ("a[1:2]", Slice(A, ONE, TWO)),
        ("a[:2]", Slice(A, None, TWO)),
        ("a[1:]", Slice(A, ONE, None)),
        ("a[:]", Slice(A, None, None)),
        ('a["b c"]', Index(A, Literal("b c"))),
        ("[1, a]", ListLiteral((ONE, A))),
        ("[]", ListLiteral(())),
        ("now()", Call("now", ())),
        ("if(a, 1, 2)", Call("if", (A, ONE, TWO))),
        ("a && b && c", Logical("&&", (A, B, C))),
        ("(a && b) && c", Logical("&&", (Logical("&&", (A, B)), C))),
        ("a || b && c", Logical("||", (A, Logical("&&", (B, C))))),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a - (b - c)", Binary("-", A, Binary("-", B, C))),
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("!a == b", Binary("==", Unary("!", A), B)),
        ("-a.b", Unary("-", Field(("a", "b")))),
        ("a < b == c", Binary("==", Binary("<", A, B), C)),
        ("a == b < c", Binary("==", A, Binary("<", B, C))),
        (r'"a\"b\\c"', Literal('a"b\\c')),
        ('`a\\b""`', Literal('a\\b""')),
        ('"日本 ü"', Literal("日本 ü")),
        ('""', Literal("")),
        ("1.5", Literal(1.5)),
        (".5", Literal(0.5)),
        ("2e3", Literal(2000)),
        ("007", Literal(7)),
        ("9007199254740993", Literal(9007199254740992)),
        ("true", Literal(value=True)),
        ("a.true", Field(("a", "true"))),
        ("truer", Field(("truer",))),
        (" \t\n a\r", A),
    ],
)
def test_texts_have_the_documented_tree(text, tree):
    parsed = parse_expression(text)
    assert (parsed, nodes(parsed)) == (tree, nodes(tree))


def nodes(tree):
    """List the types of all nodes and the values of literals; 1 and true differ."""
    own = (type(tree), repr(tree.value)) if isinstance(tree, Literal) else type(tree)
    return [own, *(node for child in children(tree) for node in nodes(child))]


@pytest.mark.parametrize(
    ("text", "column", "advice"),
    [
        ("", 1, "write a field"),
        ("  ", 3, "write a field"),
        ("a ==", 5, "write a field"),
        ("a = 1", 3, "write == to compare"),
        ("a & b", 3, "write && for and"),
        ("a | b", 3, "write || for or"),
        ("a ? 1 : 2", 3, r"write if\(condition, a, b\)"),
        ("a == 'x'", 6, "double quotes"),
        ('a in ["x"]', 3, r"write contains\(list, value\)"),
        ("a and b", 3, "write && for and"),
        ("not a", 1, "write ! for not"),
        ("a // comment", 3, "remove this comment"),
        ('visitorId>"v"x"', 15, "close this string"),
        ('visitorId>"v"x', 14, "write an operator"),
        (r'visitorId>"v\n"', 13, "no other escape exists"),
        ('a == "x', 6, "close this string"),
        (r'a == "x\"', 6, "close this string"),
        ("a == `x", 6, "close this raw string"),
        ("(a", 3, r"write \) to close the \( in column 1"),
        ("a)", 2, "write an operator"),
        ("len(a", 6, r"write \) to close the \( in column 4"),
        ("[1, 2", 6, r"write \] to close the \[ in column 1"),
        ("a[0", 4, r"write \] to close the \[ in column 2"),
        ("a[]", 3, "write a field"),
        ("a.", 3, "write the name of a field"),
        ("a.1", 2, "write an operator"),
        ("a b", 3, "write an operator"),
        ("1a", 2, "put an operator"),
        ("0x1F", 2, "put an operator"),
        ("1e999", 1, "below 1.8e308"),
        ("len(a,)", 7, "write a field"),
        ("#a", 1, "remove the character #"),
        ("a \x1b[31m", 3, r"remove the character \\x1b"),
        ("unknown(a)", 1, "no function is called unknown"),
        ("1 + date_add(now())", 5, "write dateAdd"),
        ("a.len(b)", 6, "write an operator"),
    ],
)
def test_errors_say_the_column_and_what_to_do(text, column, advice):
    with pytest.raises(ExpressionError, match=advice) as caught:
        parse_expression(text)
    assert caught.value.column == column
    assert str(caught.value) == f"column {column}: {caught.value.message}"


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=40), rows)
@example('startOfPeriod("x", a)', {})
def test_any_text_gives_a_function_or_an_error_with_a_column(text, row):
    try:
        value, column = compile_expression(text, CONTEXT)(row), 1
    except ExpressionError as error:
        value, column = None, error.column
    json.dumps(value, allow_nan=False)
    assert 1 <= column <= len(text) + 1


@given(trees)
def test_parsing_a_printed_tree_gives_the_tree(tree):
    printed = print_expression(tree)
    parsed = parse_expression(printed)
    assert (parsed, nodes(parsed)) == (tree, nodes(tree))
    assert print_expression(parsed) == printed


@given(trees, rows)
def test_a_tree_and_its_text_give_the_same_json_value(tree, row):
    value = compile_expression(tree, CONTEXT)(row)
    assert value == compile_expression(print_expression(tree), CONTEXT)(row)
    json.dumps(value, allow_nan=False)


@pytest.mark.parametrize(
    "nested", ["({})", "[{}]", "len({})", "!{}", "-{}", "1 + ({})", "{}[0]", "a[{}]", "a[:{}]", "a && ({} || b)"]
)
def test_nesting_is_bounded(nested):
    text = "a"
    for _ in range(MAX_DEPTH // 2 - 2):
        text = nested.format(text)
    compile_expression(text, CONTEXT)({})
    assert parse_expression(print_expression(parse_expression(text))) == parse_expression(text)
    for _ in range(20 * MAX_DEPTH):
        text = nested.format(text)
    with pytest.raises(ExpressionError, match=f"nest at most {MAX_DEPTH}") as caught:
        parse_expression(text)
    assert 1 <= caught.value.column <= len(text)


def test_length_is_bounded():
    longest = "a" * MAX_LENGTH
    assert parse_expression(longest) == Field((longest,))
    with pytest.raises(ExpressionError, match="shorten this expression"):
        parse_expression(longest + "a")


def test_the_number_of_tokens_is_bounded():
    longest = "[1" + ",1" * (MAX_TOKENS // 2 - 2) + "]"
    assert len(parse_expression(longest).items) == MAX_TOKENS // 2 - 1
    with pytest.raises(ExpressionError, match="words and signs") as caught:
        parse_expression(longest + " + 1")
    assert caught.value.column == MAX_TOKENS + 2


def test_long_chains_of_conditions_are_allowed():
    text = " || ".join(f'visitorId == "v{number}"' for number in range(1_000))
    assert compile_expression(text, CONTEXT)({"visitorId": "v999"}) is True
    assert parse_expression(print_expression(parse_expression(text))) == parse_expression(text)


@pytest.mark.parametrize("heavy", ["len(a) > 0", "a == b", "a[1:]"])
def test_the_work_for_one_row_is_bounded(heavy):
    compile_expression(" || ".join([heavy] * MAX_HEAVY), CONTEXT)
    text = " || ".join([heavy] * (MAX_HEAVY + 1))
    with pytest.raises(ExpressionError, match=f"at most {MAX_HEAVY}") as caught:
        compile_expression(text, CONTEXT)
    assert 1 <= caught.value.column <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "metadata.auto.lastupdated>=1793318400000",
        'visitorId>""',
        "lastTime >= 1 && hour < 2 && lastTime <= 3",
        'guideTimestamp == 5 && guideId >= "x"',
        "now() - 30 * 1000 * 60 *60 * 24",
        "date(2026, 11, 28)",
        'dateAdd(startOfPeriod("daily",now()),-2,"days")',
        "if(pollResponse >= 9, 1, 0)",
        'visitor.country=="US"',
        "polls[0].id",
        "[1,1+2,sum(a)]",
        "expandAppIds(`web|ios`)",
        "hash(visitorId) % 100 < 5",
        "!isNull(metadata.agent.email)",
    ],
)
def test_expressions_of_clients_are_read(text):
    compile_expression(text, CONTEXT)({})


def test_no_source_file_evaluates_python_code():
    folder = Path(parse_expression.__code__.co_filename).parent
    files = [*folder.glob("*.py"), *(folder / "functions").glob("*.py")]
    assert len(files) > 15
    assert [
        file for file in files for word in (" eval(", " exec(", "=compile(") if word in file.read_text("utf-8")
    ] == []
