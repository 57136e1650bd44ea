"""Inference: proposes a tracking plan from events, with the counts behind each rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pendo_contracts.common.safe_text import counted
from pendo_contracts.plans.plan import VERSION, Choice
from pendo_contracts.plans.planned_values import METADATA_NAMES, track_properties

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.rules.observation import Observation

MAX_SHAPES: Final = 20_000
MAX_DEPTH: Final = 10
MAX_NAME: Final = 200
MAX_ENUM: Final = 10
# Text that repeats rarely is not a fixed set of values.
MIN_TEXTS: Final = 20
MIN_REPEATS: Final = 5

EVENTS: Final = "events"
_ITEM: Final = "["
_MEMBER: Final = "."
_NOT_KEPT: Final = "-"
# The id of a visitor or account is not metadata: Pendo's own rules judge it.
_ID: Final = "id"

# The steps of a path before those of a place in the value: the section of the plan, and the event's name.
_ROOT_STEPS: Final = 2
# The section of the plan, the event's name, then one step for each level: `.name` for a member, `[` for an item.
_Path: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class Shape:
    """The values at one place: their number, types and texts; `open` means that some members were not kept.

    `texts` is None if the texts are too many or too long for an enum.
    """

    count: int = 0
    types: dict[str, int] = field(default_factory=dict)
    texts: dict[str, int] | None = field(default_factory=dict)
    open: bool = False

    def add(self, value: Any) -> str:
        """Add a value and return its type."""
        kind = _type_of(value)
        self.count += 1
        self.types[kind] = self.types.get(kind, 0) + 1
        if kind == "string":
            self._add_text(value, 1)
        return kind

    def merge(self, other: Shape) -> None:
        """Add all values of another shape."""
        self.count += other.count
        self.open |= other.open
        for kind, number in other.types.items():
            self.types[kind] = self.types.get(kind, 0) + number
        if other.texts is None:
            self.texts = None
        else:
            for text, number in other.texts.items():
                self._add_text(text, number)

    def _add_text(self, text: str, number: int) -> None:
        if self.texts is None:
            return
        if text in self.texts:
            self.texts[text] += number
        elif len(self.texts) < MAX_ENUM and _is_short_text(text):
            self.texts[text] = number
        else:
            self.texts = None


class Inference:
    """Collects the shapes of track events and metadata, and proposes a plan.

    At most `max_shapes` places are kept: those with the fewest levels, and among them the first in alphabetical order.
    The result depends neither on the order of the values nor on how they are divided among inferences.
    """

    def __init__(self, max_shapes: int = MAX_SHAPES) -> None:
        self._max_shapes = max_shapes
        self._shapes: dict[_Path, Shape] = {}
        self._events = self._objects = 0

    @property
    def events(self) -> int:
        """The number of track events."""
        return self._events

    @property
    def objects(self) -> int:
        """The number of metadata objects."""
        return self._objects

    def add(self, observation: Observation) -> None:
        """Add the track events and the metadata of a request."""
        for event, _, properties in track_properties(observation):
            self.add_event(event.name, properties)
        for metadata in observation.metadata:
            self.add_metadata(METADATA_NAMES[metadata.object], metadata.members)

    def add_event(self, name: str, properties: Any) -> None:
        """Add the properties of one track event."""
        self._events += 1
        self._add(EVENTS, name, properties)

    def add_metadata(self, name: str, members: dict[str, Any]) -> None:
        """Add a metadata object; `name` is its name in a plan."""
        self._objects += 1
        self._add(name, "", {key: value for key, value in members.items() if key != _ID})

    def merge(self, other: Inference) -> None:
        """Add everything that another inference has collected."""
        self._events += other._events
        self._objects += other._objects
        for path, shape in other._shapes.items():
            self._shape(path).merge(shape)
            self._cut(2 * self._max_shapes)

    def plan(self, unplanned: Choice = "error", name: str = "") -> dict[str, Any]:
        """Return the plan as a native document; `unplanned` is what unplanned events and properties are.

        Unplanned events are allowed if some of the events have no place in the plan.
        """
        self._cut(self._max_shapes)
        members = self._members()
        events = {path[1]: self._schema(path, members) for path in sorted(self._shapes) if _is_event(path)}
        planned = sum(shape.count for path, shape in self._shapes.items() if _is_event(path))
        comment = (
            f"inferred from {counted(self._events, 'track event')} and {counted(self._objects, 'metadata object')}"
        )
        if left_out := self._events - planned:
            comment += f"; {counted(left_out, 'track event')} not planned: too many names, or names that are too long"
        objects = ((name, (name, "")) for name in METADATA_NAMES.values())
        return {
            "version": VERSION,
            "$comment": comment,
            **({"name": name} if name else {}),
            "unplanned_events": "allowed" if left_out else unplanned,
            "unplanned_properties": unplanned,
            "events": events,
            **{name: self._schema(path, members) for name, path in objects if path in self._shapes},
        }

    def _add(self, section: str, name: str, value: Any) -> None:
        if section == EVENTS and not (name and _is_short_text(name)):
            return
        for path, inner in _walk((section, name), value):
            if path[-1] == _NOT_KEPT and len(path) > _ROOT_STEPS:
                self._shape(path[:-1]).open = True
            else:
                self._shape(path).add(inner)
        self._cut(2 * self._max_shapes)

    def _shape(self, path: _Path) -> Shape:
        if (shape := self._shapes.get(path)) is None:
            shape = self._shapes[path] = Shape()
        return shape

    def _cut(self, limit: int) -> None:
        """Remove the last shapes in the order of levels and names, if there are more than `limit`."""
        if len(self._shapes) <= limit:
            return
        order = sorted(self._shapes, key=lambda path: (len(path), path))
        for path in order[self._max_shapes :]:
            del self._shapes[path]
            if parent := self._shapes.get(path[:-1]):
                parent.open = True

    def _members(self) -> dict[_Path, list[_Path]]:
        """Return the paths of the direct members and items of each place, sorted."""
        members: dict[_Path, list[_Path]] = {}
        for path in sorted(self._shapes):
            members.setdefault(path[:-1], []).append(path)
        return members

    def _schema(self, path: _Path, members: dict[_Path, list[_Path]], holders: int | None = None) -> dict[str, Any]:
        shape = self._shapes[path]
        seen = shape.count if holders is None else holders
        schema: dict[str, Any] = {"$comment": _comment(shape, seen), "type": _types(shape)}
        if (values := _enum(shape)) is not None:
            schema["enum"] = values
        if objects := shape.types.get("object"):
            below = [child for child in members.get(path, ()) if child[-1] != _ITEM]
            required = [child[-1][1:] for child in below if self._shapes[child].count == objects]
            schema |= {"required": required} if required else {}
            schema["properties"] = {child[-1][1:]: self._schema(child, members, objects) for child in below}
            schema |= {"additionalProperties": True} if shape.open else {}
        if (items := (*path, _ITEM)) in self._shapes:
            schema["items"] = self._schema(items, members)
        return schema


def _is_event(path: _Path) -> bool:
    return len(path) == 2 and path[0] == EVENTS


def _walk(path: _Path, value: Any) -> Iterator[tuple[_Path, Any]]:
    """Yield each place of a value with the value there; a path that ends with `-` is a member that is not kept."""
    yield path, value
    is_deep = len(path) > MAX_DEPTH
    if isinstance(value, dict):
        for name, member in value.items():
            if is_deep or not _is_short_text(name):
                yield (*path, _NOT_KEPT), None
            else:
                yield from _walk((*path, _MEMBER + name), member)
    elif isinstance(value, list) and not is_deep:
        for item in value:
            yield from _walk((*path, _ITEM), item)


def _is_short_text(text: str) -> bool:
    """Return whether a text can be a name or a value in a plan: short, and possible in UTF-8."""
    return len(text) <= MAX_NAME and (text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text))


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _types(shape: Shape) -> str | list[str]:
    kinds = sorted(set(shape.types) - ({"integer"} if "number" in shape.types else set()))
    return kinds[0] if len(kinds) == 1 else kinds


def _enum(shape: Shape) -> list[str | None] | None:
    """Return the values of an enum if texts repeat often enough, else None."""
    texts, number = shape.texts, shape.types.get("string", 0)
    if not texts or len(texts) < 2 or not shape.types.keys() <= {"string", "null"}:
        return None
    if number < MIN_TEXTS or min(texts.values()) < MIN_REPEATS:
        return None
    return [*sorted(texts), *([None] if "null" in shape.types else [])]


def _comment(shape: Shape, holders: int) -> str:
    comment = f"seen in {shape.count:,} of {holders:,}"
    if len(shape.types) > 1:
        comment += f": {', '.join(f'{kind} {shape.types[kind]:,}' for kind in sorted(shape.types))}"
    if shape.open:
        comment += "; some members are not planned: too many, too deep, or with names that are too long"
    return comment
