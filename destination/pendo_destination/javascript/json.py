"""JSON as JSON.stringify writes it, and the order in which JavaScript lists the members of an object (ECMA-262)."""

from __future__ import annotations

import datetime as dt
import re
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.javascript_numbers import number_text
from pendo_destination.javascript.values import UNDEFINED, Undefined, iso_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ARRAY_INDEX_LIMIT: Final = 2**32 - 1

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_INTEGER_KEY: Final = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)


def in_key_order(mapping: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Return an object's members in JavaScript's order: array indices first, ascending, then the rest as inserted."""
    indices = [key for key in mapping if _is_index(key)]
    if not indices:
        return mapping.items()
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
    match value:
        case str():
            return _quoted(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            digits = number_text(value)
            return digits if digits[-1].isdigit() else "null"
        case list():
            return f"[{','.join(_element(item) for item in value)}]"
        case dict():
            members = ((key, stringify(item)) for key, item in in_key_order(value))
            return f"{{{','.join(f'{_quoted(key)}:{item}' for key, item in members if item is not UNDEFINED)}}}"
        case dt.datetime():
            return f'"{iso_date(value)}"'
        case _:
            return UNDEFINED


def _element(item: Any) -> str:
    encoded = stringify(item)
    return "null" if isinstance(encoded, Undefined) else encoded


def _quoted(string: str) -> str:
    quoted: str = encode_basestring(string)
    if quoted.isascii():
        return quoted
    return _LONE_SURROGATE.sub(lambda lone: f"\\u{ord(lone.group()):04x}", quoted)
