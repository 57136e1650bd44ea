"""Values between the Liquid library, which thinks in Ruby's, and Segment's templates, which think in JavaScript's."""

from __future__ import annotations

import math
from typing import Any

from liquid.builtin.expressions.primitive import Blank, Empty
from liquid.undefined import is_undefined

from destination.javascript import SAFE_INTEGER, UNDEFINED, is_nullish, number, text, utf16_length
from destination.mapping.path import member


def plain(value: Any) -> Any:
    """Turn what the library computes with into a JavaScript value: its undefined, `empty`, `blank` and ranges."""
    if is_undefined(value):
        return UNDEFINED
    if isinstance(value, (Empty, Blank)):
        return ""
    return list(value) if isinstance(value, range) else value


def written(value: Any) -> str:
    """Write a value as output: nil as nothing, arrays without separators, everything else as String() does."""
    value = plain(value)
    if isinstance(value, list):
        return "".join(map(written, value))
    return "" if is_nullish(value) else text(value)


def amount(value: Any) -> float:
    """Read a value as arithmetic does: what is no number counts as 0."""
    converted = number(value)
    return 0.0 if math.isnan(converted) else converted


def count(value: Any) -> int:
    """Read a value as a number of units or elements."""
    return int(max(-SAFE_INTEGER, min(amount(value), SAFE_INTEGER)))


def items(value: Any) -> list[Any]:
    """Read a value as an array: nil is empty, and what is no array is an array of one."""
    if isinstance(value, list):
        return value
    return [] if is_nullish(value) else [value]


def own(value: Any, key: Any) -> Any:
    """Read a property as Liquid's paths do, which know `size`, `first` and `last` too; nil has nil for all of them."""
    if is_nullish(value):
        return value
    if isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    found = value.get(text(key), UNDEFINED) if isinstance(value, dict) else member(value, text(key))
    if found is not UNDEFINED:
        return found
    if key == "size" and isinstance(value, (dict, list, str)):
        return utf16_length(value) if isinstance(value, str) else len(value)
    if key in ("first", "last") and isinstance(value, list) and value:
        return value[0 if key == "first" else -1]
    return UNDEFINED
