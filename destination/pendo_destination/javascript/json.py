"""JSON as JSON.stringify writes it, and the order in which JavaScript lists the members of an object (ECMA-262)."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pendo_contracts.common.javascript_numbers import SAFE_INTEGER, number_text
from pendo_destination.javascript.values import UNDEFINED, Undefined, iso_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ARRAY_INDEX_LIMIT: Final = 2**32 - 1

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_INTEGER_KEY: Final = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)
_encode: Final = msgspec.json.Encoder().encode


def in_key_order(mapping: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Return an object's members in JavaScript's order: array indices first, ascending, then the rest as inserted."""
    # Only keys that start with an ASCII digit are at least "0" and less than ":", the character after "9".
    for key in mapping:
        if "0" <= key < ":":
            break
    else:
        return mapping.items()
    indices = [key for key in mapping if _is_index(key)]
    rest = [item for item in mapping.items() if not _is_index(item[0])]
    return [(key, mapping[key]) for key in sorted(indices, key=int)] + rest


def _is_index(key: str) -> bool:
    return key[:1].isdigit() and bool(_INTEGER_KEY.fullmatch(key)) and int(key) < _ARRAY_INDEX_LIMIT


def stringify(value: Any) -> str | Undefined:
    """Write a value as JSON.stringify does.

    The text has no spaces. Non-ASCII characters stay, lone surrogates are escaped. NaN and the infinities become null,
    a Date its ISO text. Undefined members are left out, undefined array elements become null.
    UNDEFINED itself and callables give UNDEFINED.
    """
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if (kind is dict or kind is list) and _is_written_alike(value):
        with suppress(UnicodeEncodeError):  # a lone surrogate
            return _encode(value).decode()
    if kind is dict:
        return _object(value)
    if kind is list:
        return _array(value)
    if kind is int or kind is float:
        digits = number_text(value)
        return digits if digits[-1].isdigit() else "null"
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return f'"{iso_date(value)}"'
    return _object(value) if isinstance(value, dict) else UNDEFINED


def _is_written_alike(value: Any) -> bool:
    """Return whether msgspec writes an object or array like JSON.stringify; it takes a tenth of the time."""
    if type(value) is dict and min(value, default=":") < ":":  # ":" follows "9": a key may be an array index
        return False
    for item in value.values() if type(value) is dict else value:
        kind = type(item)
        if kind is str or kind is bool or item is None:
            continue
        if kind is int:
            alike = -SAFE_INTEGER <= item <= SAFE_INTEGER
        elif kind is float:
            alike = 1e-4 < abs(item) < 1e15 and not item.is_integer()
        else:
            alike = (kind is dict or kind is list) and _is_written_alike(item)
        if not alike:
            return False
    return True


def _array(value: list[Any]) -> str:
    return f"[{','.join(['null' if (text := stringify(item)) is UNDEFINED else text for item in value])}]"


def _object(value: dict[str, Any]) -> str:
    members = []
    for key, item in in_key_order(value):
        text = stringify(item)
        if text is not UNDEFINED:
            members.append(f"{quote(key)}:{text}")
    return f"{{{','.join(members)}}}"


def _quoted(string: str) -> str:
    quoted: str = encode_basestring(string)
    if quoted.isascii():
        return quoted
    return _LONE_SURROGATE.sub(lambda lone: f"\\u{ord(lone.group()):04x}", quoted)


@lru_cache(maxsize=4096)
def quote(string: str) -> str:
    """Write a text as JSON.stringify does, and remember the result, for keys and other texts that repeat."""
    return _quoted(string)
