"""The functions on values of all types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.javascript_numbers import number_text
from pendo_emulator.engage.pipeline.expressions.functions.function import (
    Example,
    Function,
    also_of_null,
    null_if_null,
)
from pendo_emulator.engage.pipeline.expressions.operand import NUMERIC, Evaluate, Operand, holds

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.expressions.context import ExpressionContext


def build_if(arguments: tuple[Operand, ...], _: ExpressionContext) -> Evaluate:
    """Compile `if`: only the chosen argument is evaluated."""
    condition, chosen = holds(arguments[0]), arguments[1].read
    if len(arguments) == 2:
        return lambda row: chosen(row) if condition(row) else None
    other = arguments[2].read
    return lambda row: chosen(row) if condition(row) else other(row)


def to_text(value: Any) -> str | None:
    """Return a string, number or boolean as a string; None for other values."""
    if value.__class__ is str:
        return str(value)
    if value.__class__ is bool:
        return "true" if value else "false"
    return number_text(value) if value.__class__ in NUMERIC else None


FUNCTIONS: Final = (
    Function(
        "if",
        "if(condition, a[, b])",
        2,
        3,
        "`a` if the condition is true, else `b`, or null without `b`. Null and values other than true count as false.",
        "documented",
        build_if,
        (
            Example("if(n >= 9, 1, 0)", 1, {"n": 9}),
            Example("if(n >= 9, 1, 0)", 0, {"n": 8}),
            Example("if(n >= 9, 1, 0)", 0),
            Example("if(n >= 9, 1)", None, {"n": 8}),
        ),
        ("if(true)", "if(true, 1, 2, 3)"),
    ),
    Function(
        "isBoolean",
        "isBoolean(x)",
        1,
        1,
        "Whether `x` is true or false.",
        "documented",
        also_of_null(lambda value: value.__class__ is bool),
        (
            Example("isBoolean(x)", result=True, row={"x": False}),
            Example("isBoolean(x)", result=False, row={"x": 0}),
            Example("isBoolean(x)", result=False),
        ),
        ("isBoolean()", "isBoolean(1, 2)"),
    ),
    Function(
        "isNumber",
        "isNumber(x)",
        1,
        1,
        "Whether `x` is a number.",
        "documented",
        also_of_null(lambda value: value.__class__ in NUMERIC),
        (
            Example("isNumber(x)", result=True, row={"x": 1.5}),
            Example("isNumber(x)", result=False, row={"x": "1.5"}),
            Example("isNumber(x)", result=False, row={"x": True}),
            Example("isNumber(x)", result=False),
        ),
        ("isNumber()", "isNumber(1, 2)"),
    ),
    Function(
        "isString",
        "isString(x)",
        1,
        1,
        "Whether `x` is a string.",
        "documented",
        also_of_null(lambda value: value.__class__ is str),
        (
            Example("isString(x)", result=True, row={"x": ""}),
            Example("isString(x)", result=False, row={"x": 1}),
            Example("isString(x)", result=False),
        ),
        ("isString()", "isString(1, 2)"),
    ),
    Function(
        "isList",
        "isList(x)",
        1,
        1,
        "Whether `x` is a list.",
        "documented",
        also_of_null(lambda value: value.__class__ is list),
        (
            Example("isList(x)", result=True, row={"x": []}),
            Example("isList(x)", result=False, row={"x": "a,b"}),
            Example("isList(x)", result=False),
        ),
        ("isList()", "isList(1, 2)"),
    ),
    Function(
        "isNil",
        "isNil(x)",
        1,
        1,
        "Whether `x` is null or missing.",
        "documented",
        also_of_null(lambda value: value is None),
        (
            Example("isNil(x)", result=True),
            Example("isNil(x)", result=True, row={"x": None}),
            Example("isNil(x)", result=False, row={"x": 0}),
        ),
        ("isNil()", "isNil(1, 2)"),
    ),
    Function(
        "isNull",
        "isNull(field)",
        1,
        1,
        "Whether the field is null or missing.",
        "documented; its sentence in the documentation says the opposite, and all samples use it in this sense",
        also_of_null(lambda value: value is None),
        (
            Example("isNull(metadata.agent.email)", result=True, row={"metadata": {}}),
            Example("isNull(x)", result=False, row={"x": ""}),
        ),
        ("isNull()", "isNull(a, b)"),
    ),
    Function(
        "isEmpty",
        "isEmpty(x)",
        1,
        1,
        "Whether `x` is null, missing or the empty string.",
        "documented",
        also_of_null(lambda value: value is None or value == ""),
        (
            Example("isEmpty(x)", result=True, row={"x": ""}),
            Example("isEmpty(x)", result=True),
            Example("isEmpty(x)", result=False, row={"x": " "}),
            Example("isEmpty(x)", result=False, row={"x": 0}),
        ),
        ("isEmpty()", "isEmpty(1, 2)"),
    ),
    Function(
        "toString",
        "toString(x)",
        1,
        1,
        "`x` as a string: a number without an exponent up to 21 digits. Lists and objects give null.",
        "documented; the format of numbers, and null for lists and objects, are assumed",
        null_if_null(to_text),
        (
            Example("toString(x)", "1795725084000", {"x": 1795725084000}),
            Example("toString(6 / 4)", "1.5"),
            Example("toString(4 / 2)", "2"),
            Example("toString(1 == 1)", "true"),
            Example('toString("a")', "a"),
            Example("toString([1])", None),
            Example("toString(x)", None),
        ),
        ("toString()", "toString(1, 2)"),
    ),
)
