"""Generates expressions by number: readable ones, damaged ones, random tokens and heavy ones, and rows for them."""

from __future__ import annotations

import string
from random import Random
from typing import Any, Final

from pendo_emulator.engage.pipeline.expressions.functions.catalog import FUNCTIONS
from pendo_emulator.engage.pipeline.expressions.syntax import TOPICS

NAMES: Final = ("a", "b", "c", "day", "visitorId", "metadata.auto.lastupdated", "properties", "polls", "größe")
BINARY: Final = ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "&&", "||")
CONSTANTS: Final = (
    "0", "1", "-1", "2.5", "1e308", "9007199254740993", '"x"', '""', '"a\\"b"', "`r`", "null", "true", "false",
    '"daily"', '"days"', '"monthly"', '"2026-11-30"', '"2006-01-02"', '"*"', "[]", "[1, 2]", '["x", "y"]',
)  # fmt: skip
TOKENS: Final = (
    *NAMES, *BINARY, *CONSTANTS, *FUNCTIONS, "(", ")", "[", "]", ",", ".", ":", "!", "-", "'", '"', "`", "\\", "=", "&",
    "|", "?", "in", "not", "//", "/*", "#", "\n", "\t", " ", "\x00", "\ud800", "\u202e", "日", "1a", "..", "::", "if(",
)  # fmt: skip
KNOWN: Final = tuple(
    text
    for entry in (*TOPICS, *FUNCTIONS.values())
    for text in (*(example.expression for example in entry.examples), *entry.refused)
)
HEAVY_SHARE: Final = 100


def generate_expression(seed: int, number: int) -> str:
    """Return the expression with this number; the same seed gives the same one."""
    random = Random(f"{seed}:{number}")
    if number % HEAVY_SHARE == 0:
        return _heavy(random)
    match number % 4:
        case 0:
            return "".join(random.choices(TOKENS, k=random.randint(0, 30)))
        case 1:
            return _damaged(random)
        case _:
            return _readable(random, random.randint(0, 5))


def generate_rows(seed: int, number: int) -> list[dict[str, Any]]:
    """Return a few rows with values of all types for the fields of generated expressions."""
    random = Random(f"rows {seed}:{number}")
    rows: list[dict[str, Any]] = [{}]
    for _ in range(2):
        row = {name: _value(random, 3) for name in NAMES if "." not in name and random.random() < 0.8}
        row["metadata"] = {"auto": {"lastupdated": _value(random, 1)}}
        rows.append(row)
    return rows


def _value(random: Random, depth: int) -> Any:
    kind = random.randint(0, 9 if depth else 7)
    match kind:
        case 0:
            return None
        case 1:
            return random.choice((True, False))
        case 2:
            return random.randint(-5, 5)
        case 3:
            return random.uniform(-1e3, 1e3)
        case 4:
            return random.choice((0, 1796046310250, 2**53 + 1, -(10**30), 10**400, 1e308, -0.0, 253402300799999))
        case 5 | 6 | 7:
            return random.choice(("", "x", "daily", "days", "2026-11-30", "a::b", "\ud800", "é" * 50, "2006-01-02"))
        case 8:
            return [_value(random, depth - 1) for _ in range(random.randint(0, 4))]
        case _:
            return {name: _value(random, depth - 1) for name in random.sample(("a", "b", "id"), random.randint(0, 3))}


def _readable(random: Random, depth: int) -> str:
    if depth == 0:
        return random.choice(NAMES if random.random() < 0.6 else CONSTANTS)
    match random.randint(0, 9):
        case 0 | 1 | 2 | 3:
            return f"{_readable(random, depth - 1)} {random.choice(BINARY)} {_readable(random, depth - 1)}"
        case 4:
            return f"({_readable(random, depth - 1)})"
        case 5:
            return f"{random.choice('!-')}{_readable(random, depth - 1)}"
        case 6:
            items = ", ".join(_readable(random, depth - 1) for _ in range(random.randint(0, 3)))
            return f"[{items}]"
        case 7:
            access = random.choice(("[{0}]", "[{0}:]", "[:{0}]", "[{0}:{0}]", ".id", "[:]"))
            return f"({_readable(random, depth - 1)})" + access.format(_readable(random, depth - 1))
        case _:
            return _call(random, depth)


def _call(random: Random, depth: int) -> str:
    function = random.choice(list(FUNCTIONS.values()))
    count = random.randint(function.fewest, function.most or function.fewest + 2)
    arguments = ", ".join(_readable(random, depth - 1) for _ in range(count))
    return f"{function.name}({arguments})"


def _damaged(random: Random) -> str:
    text = random.choice(KNOWN) if random.random() < 0.5 else _readable(random, 3)
    for _ in range(random.randint(1, 3)):
        start = random.randint(0, len(text))
        end = min(len(text), start + random.randint(0, 3))
        inserted = random.choice((*TOKENS, "", random.choice(string.printable)))
        text = text[:start] + inserted + text[end:]
    return text


def _heavy(random: Random) -> str:
    size = random.choice((50, 63, 64, 65, 500, 5_000, 50_000))
    shapes = (
        "(" * size + "a" + ")" * size,
        "[" * size + "]" * size,
        "!" * size + "a",
        "-" * size + "1",
        "len(" * size,
        "a[" * size + "0" + "]" * size,
        "a" + "[0]" * size,
        "a" + ".b" * size,
        "a" + "+a" * size,
        "a" + " && a" * size,
        "a" + ' || b == "x"' * size,
        "a" + " == b" * size,
        "[" + "1," * size + "1]",
        f"contains([{','.join(chr(34) + str(n) + chr(34) for n in range(size // 5))}], a)",
        '"' + "x" * size + '"',
        '"' + '\\"' * size,
        "`" + "x" * size,
        "9" * size,
        "1e" + "9" * size,
        "a" * size + "(",
        " " * size + "a",
        'split("' + "a," * size + '", ",")',
        f'hash("{"x" * size}") == hash(`{"x" * size}`)',
        "sortUnique([" + "3,1,2," * (size // 3) + "1])",
        "[" + "polls," * size + "1] == [" + "polls," * size + "2]",
        " || ".join(["sum(polls) > len(a)"] * (size // 10 + 1)),
        " || ".join(["polls == properties"] * (size // 10 + 1)),
        'formatTime("' + "Jan 2006 " * (size // 10) + '", now())',
        "if(" * (size // 2) + "a" + ",1,2)" * (size // 2),
    )
    return random.choice(shapes)
