"""Places: the optional fields, enum values and branches of the packaged contracts, and which of them a value uses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from urllib.parse import quote

from pendo_contracts.contract import (
    BASE,
    SUFFIX,
    from_pointer,
    load_contract,
    names,
    to_pointer,
    without_lone_surrogates,
)
from pendo_contracts.keyword_explanations import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jsonschema_rs

FIELDS: Final = "fields"
VALUES: Final = "values"
BRANCHES: Final = "branches"

_Scalar: TypeAlias = tuple[type, Any]
_Path: TypeAlias = tuple[str | int, ...]


class Item(NamedTuple):
    """One thing that a recording can exercise: its kind and its name."""

    kind: str
    name: str


class _Branch(NamedTuple):
    """A branch: it is used if the schema at `file` and `pointer` accepts the value, or rejects it for `else`."""

    item: Item
    file: str
    pointer: str
    accepted: bool
    place: Place


@dataclass(eq=False)
class Place:
    """One schema of a contract, prepared for values: its items, and the places of members and items of a value."""

    fields: dict[str, tuple[Item | None, Place]] = field(default_factory=dict)
    values: dict[_Scalar, Item] = field(default_factory=dict)
    branches: list[_Branch] = field(default_factory=list)
    same_value: list[Place] = field(default_factory=list)
    patterns: list[tuple[re.Pattern[str], Place]] = field(default_factory=list)
    others: Place | None = None
    elements: Place | None = None
    member_names: Place | None = None

    @cached_property
    def has_items(self) -> bool:
        """Whether this place or a place below it has items; other values need no look."""
        return bool(self.items())

    def items(self) -> set[Item]:
        """Return the items of this place and of all places below it."""
        found, waiting, seen = set[Item](), [self], set[Place]()
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            found.update(place.values.values(), (branch.item for branch in place.branches))
            found.update(item for item, _ in place.fields.values() if item)
            waiting += place.inner_places()
        return found

    def inner_places(self) -> Iterator[Place]:
        """Yield the places directly below this one."""
        yield from self.same_value
        yield from (place for _, place in self.fields.values())
        yield from (place for _, place in self.patterns)
        yield from (branch.place for branch in self.branches)
        yield from (place for place in (self.others, self.elements, self.member_names) if place)

    def mark(self, value: Any, used: set[Item]) -> None:
        """Add the items that a value uses."""
        waiting: list[tuple[Place, Any]] = [(self, value)]
        while waiting:
            place, one = waiting.pop()
            if not place.has_items:
                continue
            waiting += [(inner, one) for inner in place.same_value]
            if place.values and (item := _value_item(place, one)):
                used.add(item)
            for branch in place.branches:
                if _accepts(branch.file, branch.pointer, one) == branch.accepted:
                    used.add(branch.item)
                    waiting.append((branch.place, one))
            if isinstance(one, dict):
                waiting += place.mark_members(one, used)
            elif isinstance(one, list) and place.elements and place.elements.has_items:
                waiting += [(place.elements, element) for element in one]

    def mark_members(self, value: dict[str, Any], used: set[Item]) -> Iterator[tuple[Place, Any]]:
        """Add the fields that an object uses; yield the place of each name and member with its value."""
        for name, member in value.items():
            if self.member_names:
                yield self.member_names, name
            if found := self.fields.get(name):
                item, place = found
                if item:
                    used.add(item)
                yield place, member
                continue
            matching = [place for pattern, place in self.patterns if pattern.search(name)]
            yield from ((place, member) for place in matching)
            if not matching and self.others and self.others.has_items:
                yield self.others, member


def _value_item(place: Place, value: Any) -> Item | None:
    return None if isinstance(value, dict | list) else place.values.get((type(value), value))


@cache
def contract_place(name: str) -> Place:
    """Return the place of a whole contract."""
    return _Compiler().place(name, (), load_contract(name).schema)


class _Compiler:
    """Prepares the places of one contract; a place that contains itself is prepared once."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, _Path, bool], Place] = {}

    def place(self, file: str, path: _Path, schema: Any, *, plain: bool = True) -> Place:
        """Return the place of a schema; in a condition (`plain` is false) only branches are items."""
        if known := self._places.get((file, path, plain)):
            return known
        place = self._places[file, path, plain] = Place()
        if isinstance(schema, dict):
            source = _Source(self, file, path, schema, plain)
            place.same_value = self._same_value(source)
            place.fields = _fields(source)
            place.values = _values(source)
            place.branches = _branches(source)
            patterns = schema.get("patternProperties", ())
            place.patterns = [(re.compile(name), source.below("patternProperties", name)) for name in patterns]
            place.others, place.elements, place.member_names = (
                source.below(keyword) if keyword in schema else None
                for keyword in ("additionalProperties", "items", "propertyNames")
            )
        return place

    def _same_value(self, source: _Source) -> list[Place]:
        schema = source.schema
        places = [source.below("allOf", number) for number in range(len(schema.get("allOf", ())))]
        places += [source.below("dependentSchemas", name, plain=False) for name in schema.get("dependentSchemas", ())]
        if "$ref" in schema:
            places.append(self._target(source.file, schema["$ref"], plain=source.plain))
        return places

    def _target(self, file: str, reference: str, *, plain: bool) -> Place:
        base, _, fragment = reference.partition("#")
        target = base.removesuffix(SUFFIX) or file
        schema: Any = load_contract(target).schema
        path = tuple(from_pointer(fragment))
        for step in path:
            schema = schema[int(step)] if isinstance(schema, list) else schema[step]
        return self.place(target, path, schema, plain=plain)


class _Source(NamedTuple):
    """A schema that is being prepared: where it is, and whether it is outside of conditions."""

    compiler: _Compiler
    file: str
    path: _Path
    schema: dict[str, Any]
    plain: bool

    def below(self, *steps: str | int, plain: bool = True) -> Place:
        """Return the place of a schema below this one."""
        inner: Any = self.schema
        for step in steps:
            inner = inner[step]
        return self.compiler.place(self.file, (*self.path, *steps), inner, plain=plain and self.plain)

    def item(self, kind: str, *steps: str | int, value: str = "") -> Item:
        """Return the item of a keyword or a schema below this one."""
        return Item(kind, f"{self.file}#{to_pointer((*self.path, *steps))}{value}")


def _fields(source: _Source) -> dict[str, tuple[Item | None, Place]]:
    schema = source.schema
    fields = {}
    for name, member in schema.get("properties", {}).items():
        optional = source.plain and name not in schema.get("required", ()) and member is not False
        fields[name] = source.item(FIELDS, "properties", name) if optional else None, source.below("properties", name)
    return fields


def _values(source: _Source) -> dict[_Scalar, Item]:
    values = source.schema.get("enum", ()) if source.plain else ()
    return {
        (type(value), value): source.item(VALUES, "enum", value=f" {shorten(value)}")
        for value in values
        if not isinstance(value, dict | list)
    }


def _branches(source: _Source) -> list[_Branch]:
    schema = source.schema
    pairs = [(keyword, number) for keyword in ("anyOf", "oneOf") for number in range(len(schema.get(keyword, ())))]
    branches = [
        _Branch(
            source.item(BRANCHES, *pair),
            source.file,
            to_pointer((*source.path, *pair)),
            accepted=True,
            place=source.below(*pair),
        )
        for pair in pairs
    ]
    condition = to_pointer((*source.path, "if"))
    for keyword in ("then", "else"):
        if "if" in schema and keyword in schema:
            place = source.below(keyword, plain=False)
            item = source.item(BRANCHES, keyword)
            branches.append(_Branch(item, source.file, condition, keyword == "then", place))
    return branches


def _accepts(file: str, pointer: str, value: Any) -> bool:
    validator = _validator(file, pointer)
    try:
        return validator.is_valid(value)
    except UnicodeEncodeError:
        return validator.is_valid(without_lone_surrogates(value))


@cache
def _validator(file: str, pointer: str) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs  # noqa: PLC0415 - slow to import

    registry = jsonschema_rs.Registry([(f"{BASE}{name}{SUFFIX}", load_contract(name).schema) for name in names()])
    return jsonschema_rs.Draft202012Validator({"$ref": f"{BASE}{file}{SUFFIX}#{quote(pointer)}"}, registry=registry)
