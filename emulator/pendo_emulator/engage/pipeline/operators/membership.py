"""The operators on what a visitor did and belongs to: itemSeen and segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.document import suggestion
from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal
from pendo_emulator.engage.pipeline.operators.assigning import output_writers
from pendo_emulator.engage.pipeline.sources.source import Source
from pendo_emulator.engage.pipeline.values import is_number

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Row, Rows, Write
    from pendo_emulator.engage.pipeline.step import Execution, Reading, Step

ITEM_SOURCES: Final = {"pageId": "pageEvents", "featureId": "featureEvents", "trackTypeId": "trackEvents"}
SEGMENTS: Final = "segments"


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """Writes how often and when last the visitor of a row used a page, feature or track type."""

    fields: tuple[tuple[Write, Source], ...]
    in_place: bool

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield each row with its visitor's use of the item."""
        uses = [(write, _uses(source, execution)) for write, source in self.fields]
        for row in rows:
            changed = row if self.in_place else dict(row)
            for write, of_visitors in uses:
                visitor = row.get("visitorId")
                write(changed, of_visitors.get(visitor) if isinstance(visitor, str) else None)
            yield changed


def _uses(source: Source, execution: Execution) -> dict[str, Row]:
    """Return the uses of an item by visitor id."""
    ((id_name, item_id),) = source.parameters.items()
    uses: dict[str, Row] = {}
    for row in execution.source_rows(source, needed=False):
        visitor, last, count = row.get("visitorId"), row.get("lastTime"), row.get("numEvents")
        if not isinstance(visitor, str) or row.get(id_name) != item_id:
            continue
        use = uses.setdefault(visitor, {"lastUsed": None, "count": 0})
        use["count"] += count if is_number(count) else 1
        if is_number(last) and (use["lastUsed"] is None or last > use["lastUsed"]):
            use["lastUsed"] = last
    return uses


@dataclass(frozen=True, slots=True)
class Segment:
    """Keeps the rows whose visitor, and account, are in a segment."""

    id: str
    id_part: Part

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield the rows that are kept; raise PipelineError for an unknown segment."""
        segment = execution.lookup(SEGMENTS, "id")(self.id)
        if segment is None:
            raise self.id_part.error(f"no segment has the id {self.id!r}")
        visitors, accounts = _members(segment.get("visitors")), _members(segment.get("accounts"))
        return (
            row for row in rows if _is_in(row.get("visitorId"), visitors) and _is_in(row.get("accountId"), accounts)
        )


def _members(ids: Any) -> frozenset[str] | None:
    return frozenset(item for item in ids if isinstance(item, str)) if isinstance(ids, list) else None


def _is_in(id_: Any, members: frozenset[str] | None) -> bool:
    return members is None or (isinstance(id_, str) and id_ in members)


def read_item_seen(part: Part, reading: Reading) -> Step:
    """Read `itemSeen`: output fields and the ids of pages, features or track types."""

    def read(value: Part) -> Source:
        name, item = value.sole_entry("an output field of itemSeen")
        if name not in ITEM_SOURCES:
            raise item.error(f"itemSeen knows no {name!r}{suggestion(name, ITEM_SOURCES)}")
        return Source(ITEM_SOURCES[name], item.pointer, {name: item.text(name)})

    return ItemSeen(output_writers(part, reading, "itemSeen", read), reading.rows_are_private)


def read_segment(part: Part, _reading: Reading) -> Step:
    """Read `segment`: the id of a segment."""
    members = dict(part.entries("segment"))
    if "id" not in members and members:
        raise part.error(
            "segments with rules of their own are not imitated: give the id of a segment", kind="not imitated"
        )
    id_part = part.member("id")
    return Segment(id_part.text("the id of a segment"), id_part)


OPERATORS: Final = (
    Operator(
        "itemSeen",
        read_item_seen,
        "changed rows",
        Description(
            syntax='{"itemSeen": {OUTPUT: {"pageId": ID}}}, with `featureId` or `trackTypeId` likewise',
            meaning="Writes how the visitor of the row used a page, feature or track type in all time:"
            ' `{"lastUsed": MILLISECONDS, "count": N}`. Null if the visitor never used it.',
            evidence="Documented. The null is assumed.",
            examples=(
                Example(
                    {"itemSeen": {"save": {"featureId": "f-1"}}},
                    [{"visitorId": "v-1"}, {"visitorId": "v-2"}],
                    [{"visitorId": "v-1", "save": {"lastUsed": 9, "count": 5}}, {"visitorId": "v-2", "save": None}],
                    {
                        "featureEvents": [
                            {"visitorId": "v-1", "featureId": "f-1", "numEvents": 2, "lastTime": 9},
                            {"visitorId": "v-1", "featureId": "f-1", "numEvents": 3, "lastTime": 4},
                            {"visitorId": "v-2", "featureId": "f-2", "numEvents": 1, "lastTime": 5},
                        ]
                    },
                ),
            ),
            refused=(
                Refusal({"itemSeen": {"a": {"feature": "f-1"}}}, "did you mean 'featureId'"),
                Refusal({"itemSeen": {"a": {"featureId": 7}}}, "string"),
            ),
        ),
    ),
    Operator(
        "segment",
        read_segment,
        "same rows",
        Description(
            syntax='{"segment": {"id": ID}}',
            meaning="Keeps the rows whose `visitorId` is in the segment; for a segment that has accounts, also the"
            " `accountId`. A row without them is dropped. An unknown segment is an error. Segments come from the"
            ' rows of `segments`: `{"id": ID, "visitors": [...], "accounts": [...]}`.',
            evidence="Documented. The error of an unknown segment is assumed. Segments with rules inside the step"
            " are not imitated.",
            examples=(
                Example(
                    {"segment": {"id": "s-1"}},
                    [{"visitorId": "v-1"}, {"visitorId": "v-2"}, {"visitorId": None}, {}],
                    [{"visitorId": "v-1"}],
                    {"segments": [{"id": "s-1", "visitors": ["v-1"]}]},
                ),
            ),
            refused=(
                Refusal({"segment": "s-1"}, "is an object"),
                Refusal({"segment": {"id": 7}}, "string"),
                Refusal({"segment": {"rules": []}}, "not imitated"),
            ),
        ),
    ),
)
