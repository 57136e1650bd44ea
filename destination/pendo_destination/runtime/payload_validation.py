"""Checks a payload against the fields that the destination's documentation requires."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.errors import DestinationError, Problem
from pendo_destination.javascript.values import UNDEFINED, is_nullish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendo_destination.runtime.definition import Action, Field


def invalid_event(destination: str, problems: tuple[Problem, ...]) -> DestinationError:
    """Return the error for an event whose payload lacks fields that an action requires."""
    return DestinationError(describe(problems), kind="invalid_event", destination=destination, problems=problems)


def describe(problems: Iterable[Problem]) -> str:
    """List the problems of a payload in one line."""
    return "; ".join(f"{problem.path} {problem.message}" for problem in problems)


def find_payload_problems(action: Action, payload: Any) -> Iterator[Problem]:
    """List the fields of a payload that are missing although required, or not of the documented type."""
    yield from _problems(action.fields, payload if isinstance(payload, dict) else {})


def _problems(fields: Mapping[str, Field], payload: Mapping[str, Any], path: str = "") -> Iterator[Problem]:
    for key, field in fields.items():
        value = payload.get(key, UNDEFINED)
        if is_nullish(value) or value == "":
            if field.required:
                yield Problem(path + key, f"({field.label}) is required")
        elif not _CHECKS[field.type](value):
            yield Problem(path + key, f"({field.label}) must be {_NAMES[field.type]}")
        elif field.properties:
            yield from _problems(field.properties, value, f"{path}{key}.")


# A string field also accepts numbers and booleans, which the documented coercion turns into text.
_CHECKS: Final = {
    "string": lambda value: isinstance(value, (str, int, float, bool)),
    "password": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
}
_NAMES: Final = {"string": "text", "password": "text", "boolean": "true or false", "object": "an object"}
