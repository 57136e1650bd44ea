"""Parts of a request document: a value with its place, and checks that name the place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.javascript_numbers import SAFE_INTEGER
from pendo_emulator.engage.pipeline.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_emulator.engage.pipeline.errors import Kind

_ESCAPES: Final = (("~", "~0"), ("/", "~1"))


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a request document and its JSON pointer."""

    value: Any
    pointer: str = ""

    def error(self, message: str, *, column: int | None = None, kind: Kind = "unreadable") -> PipelineError:
        """Return an error at this place."""
        return PipelineError(message, self.pointer, column=column, kind=kind)

    def member(self, name: str) -> Part:
        """Return the member of an object; its value is None if it is missing."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Part(value, f"{self.pointer}/{_escaped(name)}")

    def entries(self, meaning: str) -> list[tuple[str, Part]]:
        """Return the members of an object; raise PipelineError if it is not an object."""
        if not isinstance(self.value, dict):
            raise self.error(f"{meaning} is an object, not {type_name(self.value)}")
        return [(name, self.member(name)) for name in self.value]

    def options(self, meaning: str, known: Iterable[str]) -> dict[str, Part]:
        """Return the members of an object; raise PipelineError for a member that is not known."""
        members = dict(self.entries(meaning))
        for name, part in members.items():
            if name not in known:
                raise part.error(f"{meaning} has no option {name!r}{suggestion(name, known)}")
        return members

    def sole_entry(self, meaning: str) -> tuple[str, Part]:
        """Return the only member of an object; raise PipelineError if it has none or several."""
        entries = self.entries(meaning)
        if len(entries) != 1:
            raise self.error(f"{meaning} has exactly one key, not {len(entries)}")
        return entries[0]

    def items(self, meaning: str) -> list[Part]:
        """Return the items of a list; raise PipelineError if it is not a list."""
        if not isinstance(self.value, list):
            raise self.error(f"{meaning} is a list, not {type_name(self.value)}")
        return [Part(item, f"{self.pointer}/{place}") for place, item in enumerate(self.value)]

    def text(self, meaning: str) -> str:
        """Return a non-empty string; raise PipelineError for another value."""
        if not isinstance(self.value, str) or not self.value:
            raise self.error(f"{meaning} is a non-empty string, not {type_name(self.value)}")
        return self.value

    def flag(self, meaning: str) -> bool:
        """Return a boolean; null is false. Raise PipelineError for another value."""
        if self.value is not None and not isinstance(self.value, bool):
            raise self.error(f"{meaning} is true or false, not {type_name(self.value)}")
        return bool(self.value)

    def natural(self, meaning: str) -> int:
        """Return a whole number from 0 to that of 53 bits; raise PipelineError for another value."""
        if type(self.value) is not int or not 0 <= self.value <= SAFE_INTEGER:
            raise self.error(f"{meaning} is a whole number from 0 to {SAFE_INTEGER}, not {type_name(self.value)}")
        return self.value

    def require_null(self, meaning: str) -> None:
        """Raise PipelineError if the value is not null or {}."""
        if self.value is not None and self.value != {}:
            raise self.error(f"{meaning} takes no options: write null, not {type_name(self.value)}")


def type_name(value: Any) -> str:
    """Return the type of a JSON value for a message; small numbers and booleans as they are."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            text = str(value) if isinstance(value, float) or abs(value) < 10**15 else "a large number"
            return text if len(text) <= 20 else "a number"
        case "":
            return 'the string ""'
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: the nearest known name, or all names if none is near."""
    from pendo_contracts.common.name_suggestion import nearest  # noqa: PLC0415 - only errors need it

    names = list(known)
    if near := nearest(name, names):
        return f"; did you mean {near!r}?"
    return f"; known names are {', '.join(sorted(names))}" if names else ""


def _escaped(name: str) -> str:
    for character, escape in _ESCAPES:
        name = name.replace(character, escape)
    return name
