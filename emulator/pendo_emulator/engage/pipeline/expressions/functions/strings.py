"""The functions on strings; `contains` and `len` take lists too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions.functions.function import Example, Function, null_if_null
from pendo_emulator.engage.pipeline.expressions.operand import NUMERIC, Evaluate, Operand
from pendo_emulator.engage.pipeline.expressions.values import same

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.expressions.context import ExpressionContext
    from pendo_emulator.engage.pipeline.expressions.operand import Row


def contains(whole: Any, part: Any) -> bool | None:
    """Return whether a string contains a string, or a list an element; None for other values."""
    if whole.__class__ is str:
        return part in whole if part.__class__ is str else None
    if whole.__class__ is list:
        return any(same(item, part) for item in whole)
    return None


def build_contains(arguments: tuple[Operand, ...], context: ExpressionContext) -> Evaluate:
    """Compile `contains`: a set finds a value in a constant list of strings or of numbers."""
    whole, part = arguments
    if whole.is_constant and whole.value.__class__ is list:
        for kinds in (frozenset((str,)), NUMERIC):
            if all(item.__class__ in kinds for item in whole.value):
                return _contains_constant(frozenset(whole.value), kinds, part.read)
    return null_if_null(contains)(arguments, context)


def _contains_constant(items: frozenset[Any], kinds: frozenset[type], part: Evaluate) -> Evaluate:
    def read(row: Row) -> bool | None:
        value = part(row)
        if value.__class__ in kinds:
            return value in items
        return None if value is None else False

    return read


def starts_with(text: Any, prefix: Any) -> bool | None:
    """Return whether a string starts with another; None for other values."""
    return text.startswith(prefix) if text.__class__ is str and prefix.__class__ is str else None


def build_starts_with(arguments: tuple[Operand, ...], context: ExpressionContext) -> Evaluate:
    """Compile `startsWith`, which usually has a constant prefix."""
    read_text, prefix = arguments[0].read, arguments[1].value
    if prefix.__class__ is not str:
        return null_if_null(starts_with)(arguments, context)

    def read(row: Row) -> bool | None:
        text = read_text(row)
        return text.startswith(prefix) if text.__class__ is str else None

    return read


def split(text: Any, separator: Any) -> list[str] | None:
    """Split a string at each separator, or into its characters if the separator is empty; None for other values."""
    if text.__class__ is not str or separator.__class__ is not str:
        return None
    return text.split(separator) if separator else list(text)


def to_lower_case(text: Any) -> str | None:
    """Return a string in lower case; None for other values."""
    return text.lower() if text.__class__ is str else None


def length(value: Any) -> int | None:
    """Return the number of elements of a list, or of characters of a string; None for other values."""
    return len(value) if value.__class__ is list or value.__class__ is str else None


FUNCTIONS: Final = (
    Function(
        "contains",
        "contains(s, part)",
        2,
        2,
        "Whether the string `s` contains the string `part`, or the list `s` the element `part`. "
        "It replaces the operator `in`, which Pendo refuses.",
        "documented; that a list does not contain an element of another type is assumed",
        build_contains,
        (
            Example('contains(url, "/settings")', result=True, row={"url": "https://a.example/settings/users"}),
            Example('contains(url, "Settings")', result=False, row={"url": "https://a.example/settings/users"}),
            Example('contains(["CA", "US"], country)', result=True, row={"country": "US"}),
            Example("contains(days, 2)", result=False, row={"days": [1, 3]}),
            Example("contains([1, 2], true)", result=False),
            Example('contains(s, "a")', None),
            Example('contains("a", x)', None),
            Example('contains(n, "1")', None, {"n": 12}),
        ),
        ('contains("a")', "contains(a, b, c)"),
    ),
    Function(
        "startsWith",
        "startsWith(s, prefix)",
        2,
        2,
        "Whether the string `s` begins with the string `prefix`.",
        "documented",
        build_starts_with,
        (
            Example('startsWith(visitorId, "_PENDO_T_")', result=True, row={"visitorId": "_PENDO_T_x"}),
            Example('startsWith(visitorId, "a")', result=False, row={"visitorId": "b"}),
            Example('startsWith(visitorId, "a")', None),
            Example('startsWith(n, "1")', None, {"n": 12}),
        ),
        ("startsWith(a)", "startsWith(a, b, c)"),
    ),
    Function(
        "split",
        "split(s, separator)",
        2,
        2,
        "The parts of the string `s` between its separators, as a list of strings. "
        "An empty separator splits it into its characters.",
        "documented; the empty separator is assumed",
        null_if_null(split),
        (
            Example('split(type, ":")', ["ui", "web", "pollResponse"], {"type": "ui:web:pollResponse"}),
            Example('split("", ",")', [""]),
            Example('split("abc", "")', ["a", "b", "c"]),
            Example('split(x, ",")', None),
            Example('split(1, ",")', None),
        ),
        ("split(a)", "split(a, b, c)"),
    ),
    Function(
        "toLowerCase",
        "toLowerCase(s)",
        1,
        1,
        "The string `s` in lower case.",
        "documented",
        null_if_null(to_lower_case),
        (
            Example("toLowerCase(email)", "ann@a.example", {"email": "Ann@A.example"}),
            Example("toLowerCase(email)", None),
            Example("toLowerCase(1)", None),
        ),
        ("toLowerCase()", "toLowerCase(a, b)"),
    ),
    Function(
        "len",
        "len(x)",
        1,
        1,
        "The number of elements of the list `x`, or of characters of the string `x`.",
        "documented for lists; assumed for strings",
        null_if_null(length),
        (
            Example("len(x)", 2, {"x": ["a", "b"]}),
            Example("len([])", 0),
            Example('len("abc")', 3),
            Example("len(x)", None),
            Example("len(5)", None),
        ),
        ("len()", "len(a, b)"),
    ),
)
