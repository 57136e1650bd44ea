"""Validation: what the destination's documentation asks of a payload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.values import UNDEFINED, is_nullish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.runtime.definition import Action, Field


@dataclass(frozen=True, slots=True)
class Fault:
    """One field of a payload that is missing or of the wrong type."""

    field: str
    reason: str


class RefusedError(ValueError):
    """An event whose payload lacks what an action requires; nothing of it was sent."""

    def __init__(self, plugin: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(plugin, faults)
        self.plugin = plugin
        self.faults = faults

    def __str__(self) -> str:
        return f"{self.plugin}: {'; '.join(f'{fault.field} {fault.reason}' for fault in self.faults)}"


def find_faults(action: Action, payload: Any) -> Iterator[Fault]:
    """List the fields of a payload that are required and missing, or of another type than documented."""
    yield from _faults(action.fields, payload if isinstance(payload, dict) else {})


def _faults(fields: Mapping[str, Field], payload: Mapping[str, Any], path: str = "") -> Iterator[Fault]:
    for key, field in fields.items():
        value = payload.get(key, UNDEFINED)
        if is_nullish(value) or value == "":
            if field.required:
                yield Fault(path + key, f"({field.label}) is required")
        elif not _CHECKS[field.type](value):
            yield Fault(path + key, f"({field.label}) must be {_NAMES[field.type]}")
        elif field.properties:
            yield from _faults(field.properties, value, f"{path}{key}.")


# Text takes what the documented coercion turns into text: numbers and booleans.
_CHECKS: Final = {
    "string": lambda value: isinstance(value, (str, int, float, bool)),
    "password": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
}
_NAMES: Final = {"string": "text", "password": "text", "boolean": "true or false", "object": "an object"}
