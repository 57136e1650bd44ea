"""The operators that put rows together: join and merge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal
from pendo_emulator.engage.pipeline.meter import estimated_bytes
from pendo_emulator.engage.pipeline.row import compile_writer, output_path
from pendo_emulator.engage.pipeline.values import hash_key

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Evaluate, Row, Rows, Write
    from pendo_emulator.engage.pipeline.step import Execution, Pipeline, Reading, Step


def _key(row: Row, fields: tuple[Evaluate, ...]) -> tuple[Any, ...]:
    return tuple(hash_key(read(row)) for read in fields)


@dataclass(frozen=True, slots=True)
class Join:
    """Makes one row of the rows with equal fields."""

    fields: tuple[Evaluate, ...]
    width: int | None
    pointer: str

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield a joined row when `width` rows have come; the others after all rows have arrived."""
        open_rows: dict[tuple[Any, ...], tuple[Row, int]] = {}
        for batch in execution.meter.batches(rows, self.pointer):
            execution.meter.check_memory(len(open_rows) * estimated_bytes(batch[0]) * 2, self.pointer)
            for row in batch:
                key = _key(row, self.fields)
                joined, count = open_rows.get(key, ({}, 0))
                _add(joined, row)
                if count + 1 == self.width:
                    open_rows.pop(key, None)
                    yield joined
                else:
                    open_rows[key] = (joined, count + 1)
        for joined, _ in open_rows.values():
            yield joined


def _add(joined: Row, row: Row) -> None:
    """Add the fields of a row; a null does not replace another value."""
    for name, value in row.items():
        if value is not None or name not in joined:
            joined[name] = value


@dataclass(frozen=True, slots=True)
class Merge:
    """Copies fields of the rows of another pipeline to the rows with equal fields."""

    fields: tuple[Evaluate, ...]
    mappings: tuple[tuple[Write, Evaluate], ...] | None
    pipeline: Pipeline
    in_place: bool
    pointer: str

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield each row with the fields of the row that matches it, or unchanged."""
        with execution.meter.held(execution.run_pipeline(self.pipeline), self.pointer) as inner:
            by_key = {_key(row, self.fields): row for row in inner}
            for row in rows:
                other = by_key.get(_key(row, self.fields))
                changed = row if self.in_place else dict(row)
                if other is not None:
                    self._copy(other, changed)
                yield changed

    def _copy(self, other: Row, changed: Row) -> None:
        if self.mappings is None:
            changed.update(other)
        for write, read in self.mappings or ():
            write(changed, read(other))


def _read_fields(part: Part, reading: Reading) -> tuple[Evaluate, ...]:
    return tuple(reading.field(item, "a field") for item in part.member("fields").items("fields"))


def read_join(part: Part, reading: Reading) -> Step:
    """Read `join`: the fields that are equal, and the number of rows that make one."""
    part.options("join", ("fields", "width"))
    width = part.member("width")
    if width.value is not None and width.natural("width") == 0:
        raise width.error("width is a whole number from 1, not 0")
    return Join(_read_fields(part, reading), width.value, part.pointer)


def read_merge(part: Part, reading: Reading) -> Step:
    """Read `merge`: the fields that are equal, the fields to copy, and the other pipeline."""
    part.options("merge", ("fields", "mappings", "pipeline"))
    fields, mappings = _read_fields(part, reading), part.member("mappings")
    copied = None
    if mappings.value is not None:
        copied = tuple(
            (compile_writer(output_path(value, name)), reading.field(value, "a mapping"))
            for name, value in mappings.entries("mappings")
        )
    pipeline = reading.read_pipeline(part.member("pipeline"), reading)
    return Merge(fields, copied, pipeline, reading.rows_are_private, part.pointer)


MERGED: Final = [{"source": {"accounts": None}}, {"select": {"accountId": "accountId", "plan": "metadata.agent.plan"}}]
ACCOUNTS: Final = {"accounts": [{"accountId": "a-1", "metadata": {"agent": {"plan": "pro"}}}]}

OPERATORS: Final = (
    Operator(
        "join",
        read_join,
        "new rows",
        Description(
            syntax='{"join": {"fields": ["FIELD", ...], "width": N}}',
            meaning="Makes one row of all rows that are equal in the fields; with an empty list, of all rows. The"
            " joined row has the fields of all; a later value replaces an earlier one, a null does not. With"
            " `width`, a joined row is passed on as soon as N rows have come, and later equal rows begin a new one."
            " The others are passed on at the end.",
            evidence="Documented. Which value wins, and that rows with fewer than `width` parts are passed on at the"
            " end, are assumed.",
            examples=(
                Example(
                    {"join": {"fields": ["visitorId"], "width": 2}},
                    [
                        {"visitorId": "v-1", "score": 9},
                        {"visitorId": "v-2", "score": 3},
                        {"visitorId": "v-1", "comment": "good"},
                    ],
                    [{"visitorId": "v-1", "score": 9, "comment": "good"}, {"visitorId": "v-2", "score": 3}],
                ),
                Example({"join": {"fields": []}}, [{"a": 1}, {"b": 2}, {"a": None}], [{"a": 1, "b": 2}]),
            ),
            refused=(
                Refusal({"join": ["visitorId"]}, "is an object"),
                Refusal({"join": {"width": 2}}, "is a list"),
                Refusal({"join": {"fields": [], "width": 0}}, "from 1"),
            ),
        ),
    ),
    Operator(
        "merge",
        read_merge,
        "changed rows",
        Description(
            syntax='{"merge": {"fields": ["FIELD", ...], "mappings": {OUTPUT: "FIELD", ...}, "pipeline": [STEP, ...]}}',
            meaning="Runs the other pipeline and copies fields of its rows to the rows that are equal in the fields."
            " `mappings` says which fields; `{}` copies none, and without `mappings` all are copied. A row without a"
            " match is unchanged. If several rows of the other pipeline match, the last one counts.",
            evidence="Documented, also that Pendo leaves the choice between several matches open. The unchanged row"
            " is assumed.",
            examples=(
                Example(
                    {"merge": {"fields": ["accountId"], "mappings": {"plan": "plan"}, "pipeline": MERGED}},
                    [{"accountId": "a-1", "n": 1}, {"accountId": "a-2", "n": 2}, {"n": 3}],
                    [{"accountId": "a-1", "n": 1, "plan": "pro"}, {"accountId": "a-2", "n": 2}, {"n": 3}],
                    ACCOUNTS,
                ),
                Example(
                    {"merge": {"fields": ["accountId"], "mappings": {}, "pipeline": MERGED}},
                    [{"accountId": "a-1"}],
                    [{"accountId": "a-1"}],
                    ACCOUNTS,
                ),
            ),
            refused=(
                Refusal({"merge": {"fields": ["accountId"]}}, "is a list"),
                Refusal({"merge": {"fields": ["a"], "pipeline": [{"limit": 1}]}}, "first step"),
                Refusal({"merge": {"pipeline": MERGED}}, "is a list"),
            ),
        ),
    ),
)
