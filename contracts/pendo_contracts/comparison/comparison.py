"""Comparison: the differences between two recordings, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = 1


class Absent:
    """The type of ABSENT."""

    def __repr__(self) -> str:
        """Return the word for people."""
        return "absent"


# The value of a field that one of the two events does not have.
ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact of the installation with different values: API key, hosts, agent version, numbers of copies.

    `before` are the values that only the first recording has, `after` those that only the second one has.
    """

    fact: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {"fact": self.fact, "before": list(self.before), "after": list(self.after)}


@dataclass(frozen=True, slots=True)
class EventGroup:
    """Events that only one recording has, of one visitor, type and name; `places` are the first ones."""

    visitor: str
    type: str
    name: str
    count: int
    places: tuple[str, ...]
    example: Any

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "visitor": self.visitor,
            "type": self.type,
            "name": self.name,
            "count": self.count,
            "places": list(self.places),
            "example": self.example,
        }


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The same change of one field in one or more events of a visitor.

    `field` is its name for people, `pointer` its JSON Pointer in the first event. `before` and `after` are JSON values
    or ABSENT. `types` counts the events by type. `places` are the first ones, each in both recordings.
    """

    visitor: str
    field: str
    pointer: str
    before: Any
    after: Any
    types: Mapping[str, int]
    places: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        """The number of changed events."""
        return sum(self.types.values())

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object; a field that is absent has no `before` or no `after`."""
        values = {"before": self.before, "after": self.after}
        return {
            "visitor": self.visitor,
            "field": self.field,
            "pointer": self.pointer,
            **{name: value for name, value in values.items() if value is not ABSENT},
            "count": self.count,
            "types": dict(self.types),
            "places": [list(pair) for pair in self.places],
        }


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """Equal requests of one type with different answers: a status, or the reason why there was none."""

    type: str
    before: str
    after: str
    count: int
    places: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "type": self.type,
            "before": self.before,
            "after": self.after,
            "count": self.count,
            "places": [list(pair) for pair in self.places],
        }


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of events and of other requests: `before`, `after`, equal ones and the three kinds of differences."""

    before: int = 0
    after: int = 0
    equal: int = 0
    missing: int = 0
    added: int = 0
    changed: int = 0

    def to_json(self) -> dict[str, int]:
        """Return a JSON object."""
        return {name: getattr(self, name) for name in Totals.__slots__}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between two recordings.

    Each list is bounded; `further` counts the entries that were left out, by the list's name. `notes` say what could
    not be compared, such as requests without a body.
    """

    totals: Totals
    facts: tuple[FactChange, ...] = ()
    missing: tuple[EventGroup, ...] = ()
    added: tuple[EventGroup, ...] = ()
    changed: tuple[FieldChange, ...] = ()
    answers: tuple[AnswerChange, ...] = ()
    further: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether no difference was found."""
        return not (self.facts or self.missing or self.added or self.changed or self.answers)

    def to_json(self) -> dict[str, Any]:
        """Return the document of `pendo-emulator compare --json`."""
        lists = ("facts", "missing", "added", "changed", "answers")
        return {
            "version": VERSION,
            "same": self.same,
            "totals": self.totals.to_json(),
            **{name: [item.to_json() for item in getattr(self, name)] for name in lists},
            "further": dict(self.further),
            "notes": list(self.notes),
        }
