"""Explains broken schema keywords: what is wrong and what to send instead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.name_suggestion import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SHOWN: Final = 60

_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, default=repr)

Explanation = tuple[str, str]


def shorten(value: Any) -> str:
    """Write a JSON value in at most 60 characters."""
    shown = ""
    for piece in _ENCODER.iterencode(value[: SHOWN + 1] if isinstance(value, str) else value):
        shown += piece[:SHOWN]
        if len(shown) > SHOWN:
            return f"{shown[: SHOWN - 1]}…"
    return shown


def explain(keyword: str, wanted: Any, got: Any) -> Explanation:
    """Return message and fix for a schema keyword, its value, and the value that breaks it."""
    return _EXPLANATIONS.get(keyword, _other(keyword))(wanted, got)


def json_type(value: Any) -> str:
    """Return the name of a value's JSON type."""
    for name, kinds in _TYPES.items():
        if isinstance(value, kinds):
            return name
    return "null"


_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "boolean": bool,
    "integer": int,
    "number": float,
    "string": str,
    "array": list,
    "object": dict,
}


def _type(wanted: Any, got: Any) -> Explanation:
    names = " or ".join([wanted] if isinstance(wanted, str) else wanted)
    return f"{shorten(got)} is of type {json_type(got)}, not {names}", f"send {names}"


def _required(wanted: Any, got: Any) -> Explanation:
    missing = [f"`{name}`" for name in wanted if name not in got]
    return f"{', '.join(missing)} missing", f"send {' and '.join(missing)}"


def _dependent(wanted: Any, got: Any) -> Explanation:
    missing = [(name, other) for name, others in wanted.items() if name in got for other in others if other not in got]
    return "; ".join(f"`{name}` without `{other}`" for name, other in missing), "send both or neither"


def _const(wanted: Any, got: Any) -> Explanation:
    return f"{shorten(got)} is not {shorten(wanted)}", f"send {shorten(wanted)}"


def _enum(wanted: Any, got: Any) -> Explanation:
    near = nearest(str(got), [name for name in wanted if isinstance(name, str)])
    fix = f"did you mean {shorten(near)}?" if near else f"send one of {', '.join(map(shorten, wanted))}"
    return f"{shorten(got)} is not one of the {len(wanted)} allowed values", fix


def _pattern(wanted: Any, got: Any) -> Explanation:
    return f"{shorten(got)} does not have the form {wanted}", f"send text of the form {wanted}"


def _unexpected(_wanted: Any, got: Any) -> Explanation:
    return f"{shorten(got)} has an unknown member", "remove it, or check its spelling"


def _never(wanted: Any, got: Any) -> Explanation:
    """Explain `not`; for a pattern of forbidden characters (the usual case), name the allowed characters."""
    pattern = wanted.get("pattern", "") if isinstance(wanted, dict) else ""
    if pattern.startswith("[^"):
        allowed = f"text of the characters {pattern[2:-1]}"
        return f"{shorten(got)} is not {allowed}", f"send {allowed}"
    return f"{shorten(got)} is not allowed here", "remove it"


def _bound(fault: str, fix: str) -> Callable[[Any, Any], Explanation]:
    def bound(wanted: Any, got: Any) -> Explanation:
        return f"{shorten(got)} {fault.format(wanted)}", fix.format(wanted)

    return bound


def _other(keyword: str) -> Callable[[Any, Any], Explanation]:
    def other(wanted: Any, got: Any) -> Explanation:
        return f"{shorten(got)} breaks {keyword}", f"see {keyword}: {shorten(wanted)}"

    return other


_EXPLANATIONS: Final[Mapping[str, Callable[[Any, Any], Explanation]]] = {
    "type": _type,
    "required": _required,
    "dependentRequired": _dependent,
    "const": _const,
    "enum": _enum,
    "pattern": _pattern,
    "additionalProperties": _unexpected,
    "not": _never,
    "minimum": _bound("is below {}", "send {} or more"),
    "maximum": _bound("is above {}", "send {} or less"),
    "minLength": _bound("has fewer than {} characters", "send at least {} characters"),
    "maxLength": _bound("has more than {} characters", "send at most {} characters"),
    "minItems": _bound("has fewer than {} items", "send at least {} items"),
    "maxItems": _bound("has more than {} items", "send at most {} items"),
    "minProperties": _bound("has fewer than {} members", "send at least {} members"),
}
