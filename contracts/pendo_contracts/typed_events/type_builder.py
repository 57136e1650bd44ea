"""Builds msgspec types from schemas: a value that a type accepts keeps the schemas.

A type may refuse a value that keeps the schemas; such a value has to be validated. Types are finite: a value that is
nested deeper than a type is refused, so that no type exceeds the limit on the depth of a payload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Union

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, defstruct

from pendo_contracts.typed_events.constraints import bounds_of, choice_of, kinds_of, unsupported_members
from pendo_contracts.typed_events.schema_nodes import TYPE, NoTypeError, accepts_tag, expand, validator_of
from pendo_contracts.wire.event import TypedEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from pendo_contracts.typed_events.schema_nodes import Node

# The levels of nested elements, and of values that the schemas do not describe.
DEPTH: Final = 48
FREE_DEPTH: Final = 4

_SCALARS: Final[dict[str, Any]] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "null": None,
}
_CHOICE_KEYWORDS: Final = frozenset({"const", "enum", TYPE})


def free_type(depth: int) -> Any:
    """Return the type of any JSON value of at most this depth."""
    scalar = str | int | float | bool | None
    if depth <= 0:
        return scalar
    inner = free_type(depth - 1)
    return scalar | list[inner] | dict[str, inner]  # type: ignore[valid-type]


class TypeBuilder:
    """Builds the types of events; types of equal places and depths are built once.

    `unchecked` are members of events whose patterns the caller checks.
    """

    def __init__(self, unchecked: Collection[str] = ()) -> None:
        self._unchecked = unchecked
        self._structs: dict[tuple[tuple[str, ...], int], Any] = {}
        self._free = free_type(FREE_DEPTH)

    def event(self, contract: str, tag: str) -> type[TypedEvent]:
        """Return the type of an event; raise NoTypeError if there is none."""
        nodes = expand([contract], tag)
        members = self._members(nodes)
        if members is None or not all(accepts_tag(place, tag) for place in _places(nodes, "properties", TYPE)):
            raise NoTypeError(contract)
        kind: type[TypedEvent] = self._struct(nodes, members - {TYPE}, DEPTH, tag)
        kind.type_name = tag
        return kind

    def _type(self, places: Sequence[str], depth: int, *, skips_pattern: bool = False) -> Any:
        nodes = expand(places)
        kinds = kinds_of(nodes)
        if any(
            not _CHOICE_KEYWORDS.isdisjoint(node.schema) and ("const" in node.schema or "enum" in node.schema)
            for node in nodes
        ):
            return choice_of(nodes, kinds)
        types = [self._of_kind(nodes, kind, depth, skips_pattern=skips_pattern) for kind in sorted(kinds)]
        if not types or {"integer", "number"} <= kinds:
            raise NoTypeError(places)
        return Union[tuple(types)]  # noqa: UP007 - the number of types is not fixed

    def _of_kind(self, nodes: Sequence[Node], kind: str, depth: int, *, skips_pattern: bool) -> Any:
        if kind == "object":
            return self._object(nodes, depth - 1)
        if kind == "array":
            return self._array(nodes, depth - 1)
        bounds = bounds_of(nodes, kind)
        if skips_pattern:
            bounds.pop("pattern", None)
        if not bounds:
            return _SCALARS[kind]
        if kind == "number":
            return Annotated[int, Meta(**bounds)] | Annotated[float, Meta(**bounds)]
        return Annotated[_SCALARS[kind], Meta(**bounds)]

    def _array(self, nodes: Sequence[Node], depth: int) -> Any:
        if depth < 0:
            raise NoTypeError(nodes[0].place)
        places = [node.inside("items") for node in nodes if "items" in node.schema]
        return list[self._type(places, depth) if places else self._free_type(depth)]  # type: ignore[misc]

    def _object(self, nodes: Sequence[Node], depth: int) -> Any:
        """Return a struct for an object with known members, else a dict: its values keep the schemas of all members."""
        if depth < 0:
            raise NoTypeError(nodes[0].place)
        if (members := self._members(nodes)) is not None:
            key = (tuple(sorted({node.place for node in nodes})), depth)
            if key not in self._structs:
                self._structs[key] = self._struct(nodes, members, depth)
            return self._structs[key]
        if any(not node.schema.keys().isdisjoint({"required", "dependentRequired", "not"}) for node in nodes):
            raise NoTypeError(nodes[0].place)
        names = [node.inside("propertyNames") for node in nodes if "propertyNames" in node.schema]
        values = [
            *(node.inside(word, name) for node in nodes for word in ("properties", "patternProperties")
              for name in node.schema.get(word, ())),
            *(node.inside("additionalProperties") for node in nodes if "additionalProperties" in node.schema),
        ]  # fmt: skip
        keys = self._type(names, 0) if names else str
        return dict[keys, self._type(values, depth) if values else self._free_type(depth)]  # type: ignore[misc,valid-type]

    def _free_type(self, depth: int) -> Any:
        return self._free if depth >= FREE_DEPTH else free_type(depth)

    def _members(self, nodes: Iterable[Node]) -> set[str] | None:
        """Return the members that an object can have, None if it can have any."""
        closed = [set(node.schema["properties"]) for node in nodes if node.schema.get("additionalProperties") is False]
        return set.intersection(*closed) if closed else None

    def _struct(self, nodes: Sequence[Node], members: set[str], depth: int, tag: str = "") -> Any:
        required = {name for node in nodes for name in node.schema.get("required", ())} - ({TYPE} if tag else set())
        allowed = members - unsupported_members(nodes)
        if not required <= allowed:
            raise NoTypeError(nodes[0].place)
        fields: list[Any] = []
        checks: dict[str, Callable[[Any], bool]] = {}
        for name in sorted(allowed):
            places = _places(nodes, "properties", name)
            try:
                kind = self._type(places, depth, skips_pattern=bool(tag) and name in self._unchecked)
            except NoTypeError:
                if name not in required:
                    continue
                kind, checks[name] = self._free_type(depth - 1), validator_of(places).is_valid
            if not name.isidentifier():
                raise NoTypeError(places)
            fields.append((name, kind) if name in required else (name, kind | UnsetType, UNSET))
        namespace = {"__post_init__": _checker(checks)} if checks else {}
        options: Any = {"tag_field": TYPE, "tag": tag} if tag else {}
        base = TypedEvent if tag else Struct
        return defstruct(
            tag.title() or "Members", fields, bases=(base,), namespace=namespace, kw_only=True, gc=False,
            forbid_unknown_fields=True, **options,
        )  # fmt: skip


def patterns_of(contract: str, tag: str) -> dict[str, str]:
    """Return the pattern of each member of an event that has one pattern."""
    patterns = {}
    nodes = expand([contract], tag)
    for name in {name for node in nodes for name in node.schema.get("properties", ())} - unsupported_members(nodes):
        try:
            member = expand(_places(nodes, "properties", name))
            if "string" in kinds_of(member) and "pattern" in (bounds := bounds_of(member, "string")):
                patterns[name] = bounds["pattern"]
        except NoTypeError:
            continue
    return patterns


def _places(nodes: Iterable[Node], word: str, name: str) -> list[str]:
    return [node.inside(word, name) for node in nodes if name in node.schema.get(word, ())]


def _checker(checks: dict[str, Callable[[Any], bool]]) -> Callable[[Struct], None]:
    pairs = tuple(checks.items())

    def check(value: Struct) -> None:
        for name, is_valid in pairs:
            if not is_valid(getattr(value, name)):
                raise ValueError(name)

    return check


def read_type(types: Sequence[type[TypedEvent]]) -> Callable[[bytes], list[TypedEvent]]:
    """Return a function that reads a list of events; it raises msgspec.DecodeError for events without a type."""
    return msgspec.json.Decoder(list[Union[tuple(types)]]).decode  # type: ignore[misc] # noqa: UP007
