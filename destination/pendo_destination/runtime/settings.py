"""Settings: what a destination is told once, checked against its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_contracts.contract import to_pointer
from pendo_contracts.explanation import shorten
from pendo_destination.errors import Problem
from pendo_destination.runtime.configuration import find_unknown_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.runtime.definition import Field


def with_defaults(fields: Mapping[str, Field], document: Mapping[str, Any]) -> dict[str, Any]:
    """Complete settings with the defaults of their fields."""
    return {key: field.default for key, field in fields.items() if field.default is not None} | dict(document)


def find_settings_problems(fields: Mapping[str, Field], document: Any) -> Iterator[Problem]:
    """List everything wrong with settings: what is missing, not known, or of the wrong kind."""
    if not isinstance(document, dict):
        yield Problem("", f"{shorten(document)} is no object of settings", f"give an object of {', '.join(fields)}")
        return
    for key, field in fields.items():
        value = document.get(key)
        if field.required and (value is None or value == ""):
            yield Problem(to_pointer([key]), f"`{key}` missing", f"give the {field.label}")
        elif key in document and (wanted := _wanted(field, value)):
            yield Problem(to_pointer([key]), f"{shorten(value)} is not {wanted}", f"give {wanted}")
    yield from find_unknown_keys("", document, fields)


def _wanted(field: Field, value: Any) -> str:
    """Say what a value should be and is not; nothing if it is."""
    match field.type:
        case "boolean":
            return "" if isinstance(value, bool) else "true or false"
        case _ if field.choices:
            return "" if value in field.choices else f"one of {', '.join(field.choices)}"
        case _:
            return "" if isinstance(value, str) else "text"
