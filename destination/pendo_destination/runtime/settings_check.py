"""Checks the settings of a destination against its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_contracts.keyword_explanations import shorten
from pendo_destination.errors import Problem
from pendo_destination.runtime.configuration import find_unknown_keys
from pendo_destination.runtime.setting_format import describe_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.runtime.definition import Field


def with_defaults(fields: Mapping[str, Field], document: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings completed with the defaults of their fields."""
    return {key: field.default for key, field in fields.items() if field.default is not None} | dict(document)


def find_settings_problems(fields: Mapping[str, Field], document: Any) -> Iterator[Problem]:
    """List every problem of settings: missing, unknown and invalid values."""
    if not isinstance(document, dict):
        yield Problem(
            "", f"{shorten(document)} is not an object of settings", f"give an object with {', '.join(fields)}"
        )
        return
    for key, field in fields.items():
        value = document.get(key)
        if field.required and (value is None or value == ""):
            yield Problem(f"/{key}", f"`{key}` is missing", f"give the {field.label}")
        elif key in document and (expected := _expected_value(field, value)):
            yield Problem(f"/{key}", f"{shorten(value)} is not {expected}", f"give {expected}")
    yield from find_unknown_keys("", document, fields)


def _expected_value(field: Field, value: Any) -> str:
    """Describe the values that a field accepts; return "" if the field accepts this value."""
    match field.type:
        case "boolean":
            return "" if isinstance(value, bool) else "true or false"
        case _ if field.choices:
            return "" if value in field.choices else f"one of {', '.join(field.choices)}"
        case _:
            return describe_format(field.format, value) if isinstance(value, str) else "text"
