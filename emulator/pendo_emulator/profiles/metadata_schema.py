"""The fields of metadata that the visitors or accounts of an API key have, with the types of their values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct, field

from pendo_emulator.profiles.limits import MAX_SCHEMA_FIELDS, NAME_SIZE, SAMPLE_SIZE, cut_text, json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

# Pendo's names of types (observed); "" is the type of a field that has only been null.
_TYPES: Final[Mapping[type, str]] = {
    str: "string", bool: "boolean", int: "integer", float: "float", list: "list", dict: "string", type(None): "",
}  # fmt: skip
_NUMBERS: Final = frozenset({"integer", "float"})


class SchemaField(Struct, array_like=True):
    """A field: the name that was sent last, Pendo's name of its type, and the JSON text of a value."""

    display_name: str
    type: str
    sample: str

    @property
    def sample_value(self) -> Any:
        """The value of the sample, its text if it was cut."""
        try:
            return json.loads(self.sample)
        except ValueError:
            return self.sample


class SchemaState(Struct, array_like=True):
    """The fields by group and lower-case name.

    The type of a field follows from its values in any order: whole numbers and other numbers are `float`, other
    different types are `string` (assumed). `further_fields` counts what the limit leaves out.
    """

    groups: dict[str, dict[str, SchemaField]] = field(default_factory=dict)
    further_fields: int = 0

    def add(self, group: str, members: Mapping[str, Any]) -> None:
        """Add the fields that an event sets; the id is no field."""
        fields = self.groups.setdefault(group, {})
        for sent, value in members.items():
            if sent == "id":
                continue
            name = cut_text(sent, NAME_SIZE).lower()
            known = fields.get(name)
            if known is None:
                self._add_field(fields, name, SchemaField(cut_text(sent, NAME_SIZE), type_name(value), _sample(value)))
                continue
            known.display_name = cut_text(sent, NAME_SIZE)
            if known.type == "":
                known.sample = _sample(value)
            known.type = _common_type(known.type, type_name(value))

    def _add_field(self, fields: dict[str, SchemaField], name: str, new: SchemaField) -> None:
        if sum(map(len, self.groups.values())) < MAX_SCHEMA_FIELDS:
            fields[name] = new
        else:
            self.further_fields += 1


def type_name(value: Any) -> str:
    """Return Pendo's name of the type of a JSON value."""
    return _TYPES.get(type(value), "string")


def _common_type(first: str, second: str) -> str:
    if first == second or not second:
        return first
    if not first:
        return second
    return "float" if {first, second} == _NUMBERS else "string"


def _sample(value: Any) -> str:
    return cut_text(json_text(value), SAMPLE_SIZE)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(SchemaState).decode


def encode_schema(schema: SchemaState) -> str:
    """Write a schema as JSON."""
    return _encode(schema).decode()


def decode_schema(text: str) -> SchemaState:
    """Read a schema."""
    return _decode(text)
