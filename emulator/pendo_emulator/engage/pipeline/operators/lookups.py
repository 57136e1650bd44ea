"""The operators that look up visitors, accounts and definitions: bulkExpand and expand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.document import suggestion
from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal
from pendo_emulator.engage.pipeline.operators.assigning import output_writers

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Evaluate, Row, Rows, Write
    from pendo_emulator.engage.pipeline.step import Execution, Reading, Step

# For each kind the source of its rows and the field of their ids.
METADATA_SOURCES: Final = {"visitor": ("visitors", "visitorId"), "account": ("accounts", "accountId")}
DEFINITION_SOURCES: Final = {
    "page": ("pages", "id"),
    "feature": ("features", "id"),
    "trackType": ("trackTypes", "id"),
    "guide": ("guides", "id"),
    "group": ("groups", "id"),
    "app": ("apps", "id"),
    **METADATA_SOURCES,
}


@dataclass(frozen=True, slots=True)
class Lookup:
    """What one output field looks up: the rows of a source by the value of a field."""

    source: str
    id_field: str
    read_id: Evaluate


@dataclass(frozen=True, slots=True)
class Expand:
    """Writes the rows that other rows name by their ids, or one member of them."""

    fields: tuple[tuple[Write, Lookup], ...]
    member: str | None
    in_place: bool

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield each row with what its ids name; null for an unknown id."""
        found = [
            (write, lookup.read_id, execution.lookup(lookup.source, lookup.id_field)) for write, lookup in self.fields
        ]
        for row in rows:
            values = [self._value(find(read_id(row))) for _, read_id, find in found]
            changed = row if self.in_place else dict(row)
            for (write, _, _), value in zip(found, values, strict=True):
                write(changed, value)
            yield changed

    def _value(self, row: Row | None) -> Any:
        return row if row is None or self.member is None else row.get(self.member)


def _read_lookup(part: Part, reading: Reading, sources: dict[str, tuple[str, str]], meaning: str) -> Lookup:
    kind, id_part = part.sole_entry(f"an output field of {meaning}")
    if kind not in sources:
        raise id_part.error(f"{meaning} knows no {kind!r}{suggestion(kind, sources)}")
    return Lookup(*sources[kind], reading.field(id_part, f"the id field of {meaning}"))


def _reader(meaning: str, sources: dict[str, tuple[str, str]], member: str | None) -> Callable[[Part, Reading], Step]:
    def read(part: Part, reading: Reading) -> Step:
        fields = output_writers(part, reading, meaning, lambda value: _read_lookup(value, reading, sources, meaning))
        return Expand(fields, member, reading.rows_are_private)

    return read


VISITORS: Final = [{"visitorId": "v-1", "metadata": {"auto": {"id": "v-1"}, "agent": {"email": "a@example.test"}}}]

OPERATORS: Final = (
    Operator(
        "bulkExpand",
        _reader("bulkExpand", METADATA_SOURCES, "metadata"),
        "changed rows",
        Description(
            syntax='{"bulkExpand": {OUTPUT: {"visitor": "FIELD"}}} or {"bulkExpand": {OUTPUT: {"account": "FIELD"}}}',
            meaning="Writes the metadata of the visitor or account whose id the field has: `OUTPUT.auto.id`,"
            " `OUTPUT.agent.email`, without `metadata` between. Null for a null or unknown id. The metadata come"
            " from the rows of the sources `visitors` and `accounts`.",
            evidence="Documented. The null of an unknown id is assumed.",
            examples=(
                Example(
                    {"bulkExpand": {"who": {"visitor": "visitorId"}}},
                    [{"visitorId": "v-1"}, {"visitorId": "v-9"}, {"visitorId": None}],
                    [
                        {"visitorId": "v-1", "who": {"auto": {"id": "v-1"}, "agent": {"email": "a@example.test"}}},
                        {"visitorId": "v-9", "who": None},
                        {"visitorId": None, "who": None},
                    ],
                    {"visitors": VISITORS},
                ),
            ),
            refused=(
                Refusal({"bulkExpand": {"who": "visitorId"}}, "is an object"),
                Refusal({"bulkExpand": {"who": {"vistor": "visitorId"}}}, "did you mean 'visitor'"),
                Refusal({"bulkExpand": {"who": {"visitor": "a", "account": "b"}}}, "exactly one key"),
            ),
        ),
    ),
    Operator(
        "expand",
        _reader("expand", DEFINITION_SOURCES, None),
        "changed rows",
        Description(
            syntax='{"expand": {OUTPUT: {KIND: "FIELD"}}}',
            meaning="Writes the definition whose id the field has, so that `OUTPUT.name` is its name. KIND is"
            " `page`, `feature`, `trackType`, `guide`, `group` (product area) or `app`; `visitor` and `account` give"
            " the row of the source. Null for a null or unknown id.",
            evidence="Documented: page, feature and track type. The other kinds and the null are assumed.",
            examples=(
                Example(
                    {"expand": {"feature": {"feature": "featureId"}}},
                    [{"featureId": "f-1"}, {}],
                    [{"featureId": "f-1", "feature": {"id": "f-1", "name": "Save"}}, {"feature": None}],
                    {"features": [{"id": "f-1", "name": "Save"}]},
                ),
            ),
            refused=(Refusal({"expand": {"a": {"features": "featureId"}}}, "did you mean 'feature'"),),
        ),
    ),
)
