"""The table of the syntax and the operators of expressions, from which the documentation and tests are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pendo_emulator.engage.pipeline.expressions.functions.function import Example


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the syntax; `known` says how its meaning is known, `refused` are texts that cannot be read."""

    name: str
    syntax: str
    meaning: str
    known: str
    examples: tuple[Example, ...]
    refused: tuple[str, ...] = ()


TOPICS: Final = (
    Topic(
        "Numbers",
        "1  2.5  .5  1e3",
        "All numbers are 64-bit floats. A result without a fraction is written without one.",
        "documented; the exponent, and numbers that begin with a point, are assumed",
        (Example("1e3", 1000), Example(".5 + .5", 1), Example("2025-10-01", 2014)),
        ("1a", "0x1F", "1e999"),
    ),
    Topic(
        "Strings",
        '"text"  `text`',
        r"In double quotes, `\"` is a quote and `\\` a backslash. Text between backquotes has no escapes.",
        "documented; that other escapes and single quotes are refused is assumed",
        (Example(r'"a\"b"', 'a"b'), Example(r"`a\b`", r"a\b"), Example('""', "")),
        ("'a'", r'"a\n"', '"a', "`a"),
    ),
    Topic(
        "Constants",
        "true  false  null",
        "A missing field is null too.",
        "documented",
        (Example("true", result=True), Example("null", None), Example("missing", None)),
    ),
    Topic(
        "Lists",
        "[a, b]",
        "A list of any expressions. Pendo's documentation says that the elements of a list have one type.",
        "documented; that a list of several types is kept is assumed",
        (Example("[1, 1 + 2, sum(a)]", [1, 3, 6], {"a": [2, 4]}), Example("[]", [])),
        ("[1, 2", "[1,]"),
    ),
    Topic(
        "Fields",
        "name  a.b.c",
        "The value of a field of the row. A dot goes into an object; a missing object on the way gives null. A name "
        "consists of letters, digits and `_`, and does not begin with a digit.",
        "documented",
        (
            Example("metadata.auto.lastupdated", 5, {"metadata": {"auto": {"lastupdated": 5}}}),
            Example("metadata.agent.email", None, {"metadata": {}}),
            Example("name.first", None, {"name": "Ann"}),
        ),
        ("a.", "a.1", "a b"),
    ),
    Topic(
        "Elements and parts",
        "list[index]  list[start:end]  object[name]",
        "An element of a list; a negative index counts from the end. The part of a list from `start` to before `end`; "
        "both may be missing. The member of an object whose name is no valid field name. All else gives null.",
        "documented for lists; assumed for objects and for bounds outside the list",
        (
            Example("polls[0].id", "p1", {"polls": [{"id": "p1"}, {"id": "p2"}]}),
            Example("[1, 2, 3][-1]", 3),
            Example("[1, 2, 3][3]", None),
            Example("[1, 2, 3][1:]", [2, 3]),
            Example("[1, 2, 3][:-1]", [1, 2]),
            Example("x[0]", None),
            Example("[1][x]", None),
            Example('"abc"[0]', None),
            Example('properties["plan name"]', "pro", {"properties": {"plan name": "pro"}}),
        ),
        ("a[]", "a[0", "a[0:1:2]"),
    ),
    Topic(
        "Equality",
        "a == b  a != b",
        "Compares two numbers, strings or booleans; `==` also compares two lists. Null is a value of its own, equal to "
        "null only. Different types give null.",
        "documented; the null for different types is assumed",
        (
            Example('accountId != ""', result=True, row={"accountId": "a1"}),
            Example("a == 1", result=True, row={"a": 1.0}),
            Example("[1, 2] == [1, 2]", result=True),
            Example("[1] != [2]", None),
            Example("x == null", result=True),
            Example("null == null", result=True),
            Example("null != false", result=True),
            Example('x == "a"', result=False),
            Example('"1" == 1', None),
            Example("true == 1", None),
        ),
        ("a = 1", "a === 1", "a <> 1"),
    ),
    Topic(
        "Order",
        "a < b  a <= b  a > b  a >= b",
        "Compares two numbers, or two strings by their code points. Null and different types give null.",
        "documented; the order of strings and the null for different types are assumed",
        (
            Example("numEvents > 3", result=True, row={"numEvents": 4}),
            Example('visitorId > "v-2"', result=True, row={"visitorId": "v-3"}),
            Example('"Z" < "a"', result=True),
            Example("x > 3", None),
            Example('"10" > 9', None),
        ),
        ("a > ", "> 1"),
    ),
    Topic(
        "And, or",
        "a && b  a || b",
        "True or false, never null. Null counts as false, and a number as true if it is not 0. Values of other types "
        "count as null.",
        "documented; the meaning of numbers and of other types is assumed",
        (
            Example("a > 1 && b == 2", result=True, row={"a": 2, "b": 2}),
            Example("a > 1 && b == 2", result=False, row={"b": 2}),
            Example("x || true", result=True),
            Example("x && true", result=False),
            Example("null || null", result=False),
            Example("2 && 1", result=True),
            Example('"a" && true', result=False),
        ),
        ("a & b", "a and b", "a || "),
    ),
    Topic(
        "Not",
        "!a",
        "Exchanges true and false. Null and other types give null.",
        "documented; the null for other types is assumed",
        (
            Example("!(a == 1)", result=True, row={"a": 2}),
            Example("!x", None),
            Example("!1", None),
        ),
        ("not a", "!"),
    ),
    Topic(
        "Arithmetic",
        "a + b  a - b  a * b  a / b  a % b  -a",
        "Calculates with numbers. Null and other types give null, and so do a division by zero and a result that no "
        "64-bit float can hold. `%` has the sign of its left operand. Strings cannot be added.",
        "documented; the null for other types, zero and large results is assumed",
        (
            Example("2 + 3 * 4", 14),
            Example("6 / 4", 1.5),
            Example("-7 % 3", -1),
            Example("numEvents / numMinutes", None, {"numEvents": 3, "numMinutes": 0}),
            Example("x + 1", None),
            Example("-x", None),
            Example('"a" + "b"', None),
            Example("1e308 * 10", None),
        ),
        ("a +", "a // b", "* 2"),
    ),
    Topic(
        "Not part of the language",
        "contains([a, b], x)  if(condition, a, b)",
        "Pendo refuses the operator `in`: use `contains`. C's `condition ? a : b` is `if(condition, a, b)`. Comments "
        "are refused.",
        "observed for `in`; assumed for the others",
        (Example('contains(["CA", "US"], country)', result=True, row={"country": "US"}),),
        ('country in ["CA", "US"]', "a ? 1 : 2", "a == 1 // comment", "/* comment */ a"),
    ),
)
