"""The context in which the examples run, and generated trees and rows."""

from hypothesis import strategies as st

from pendo_emulator.engage.pipeline.expressions import App, ExpressionContext, compile_expression
from pendo_emulator.engage.pipeline.expressions.functions.catalog import FUNCTIONS
from pendo_emulator.engage.pipeline.expressions.functions.dates import EXAMPLE_TIME
from pendo_emulator.engage.pipeline.expressions.parser import KEYWORDS
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
)

APPS = (App(-323232, "web"), App(11, "extension"), App(12, "ios"), App(13, "android"))
CONTEXT = ExpressionContext(now=EXAMPLE_TIME, apps=APPS)
BINARY_OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%")
# A period or unit is a constant of its own set; the other functions take any arguments.
NAMED_PARTS = {"startOfPeriod", "dateAdd", "dateDist", "date"}


def evaluate(expression, row=None, context=CONTEXT):
    return compile_expression(expression, context)(row or {})


names = st.sampled_from(["a", "b", "c", "day", "metadata", "_x1", "auto__323232", "größe"])
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False, width=64)
scalars = st.none() | st.booleans() | numbers | st.text(max_size=5)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)
rows = st.dictionaries(names, values, max_size=6)
literals = st.builds(
    Literal,
    st.sampled_from(list(KEYWORDS.values()))
    | st.integers(0, 2**53)
    | st.floats(0, allow_infinity=False).filter(lambda number: not number.is_integer() or number > 2**53)
    | st.text(max_size=5),
)
fields = st.builds(Field, st.lists(names, min_size=1, max_size=3).map(tuple))


def _logical(operator, operands):
    return Logical(operator, tuple(operands))


def _call(function, arguments):
    most = len(arguments) if function.most is None else function.most
    return Call(function.name, tuple(arguments[: max(function.fewest, most)]))


def _inner(nodes):
    some = st.lists(nodes, max_size=3).map(tuple)
    not_fields = nodes.filter(lambda node: not isinstance(node, Field))
    functions = st.sampled_from([function for name, function in FUNCTIONS.items() if name not in NAMED_PARTS])
    return st.one_of(
        st.builds(ListLiteral, some),
        st.builds(Member, not_fields, names),
        st.builds(Index, nodes, nodes),
        st.builds(Slice, nodes, st.none() | nodes, st.none() | nodes),
        st.builds(Unary, st.sampled_from("!-"), nodes),
        st.builds(Binary, st.sampled_from(BINARY_OPERATORS), nodes, nodes),
        st.builds(_logical, st.sampled_from(["&&", "||"]), st.lists(nodes, min_size=2, max_size=3)),
        st.builds(_call, functions, st.lists(nodes, min_size=3, max_size=3)),
    )


trees = st.recursive(literals | fields, _inner, max_leaves=12)
