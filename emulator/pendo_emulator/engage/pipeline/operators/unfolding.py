"""The operators that take values apart: unwind and unmarshal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal
from pendo_emulator.engage.pipeline.operators.assigning import output_writers, refuse_fixed_fields
from pendo_emulator.engage.pipeline.row import compile_writer, output_path

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Evaluate, Row, Rows, Write
    from pendo_emulator.engage.pipeline.step import Execution, Reading, Step


@dataclass(frozen=True, slots=True)
class Unwind:
    """Makes one row for each element of a list."""

    read_list: Evaluate
    write: Write
    write_index: Write | None
    keep_empty: bool
    prefix: bool
    pointer: str

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield a copy of the row for each element."""
        return execution.meter.produce(self._unwound(rows, execution), self.pointer)

    def _unwound(self, rows: Rows, execution: Execution) -> Rows:
        for row in rows:
            items = self.read_list(row)
            if type(items) is list and items:
                if self.prefix:
                    # The running lists of n elements have n * n / 2 elements together.
                    execution.meter.check_memory(len(items) ** 2 * 4, self.pointer)
                for place, item in enumerate(items):
                    yield self._copy(row, items[: place + 1] if self.prefix else item, place)
            elif self.keep_empty:
                yield self._copy(row, None, None)

    def _copy(self, row: Row, value: Any, index: int | None) -> Row:
        unwound = dict(row)
        self.write(unwound, value)
        if self.write_index:
            self.write_index(unwound, index)
        return unwound


@dataclass(frozen=True, slots=True)
class Unmarshal:
    """Parses the JSON texts of fields."""

    fields: tuple[tuple[Write, Evaluate], ...]
    in_place: bool

    def run(self, rows: Rows, _execution: Execution) -> Rows:
        """Yield each row with the parsed values."""
        for row in rows:
            values = [_parsed(read(row)) for _, read in self.fields]
            changed = row if self.in_place else dict(row)
            for (write, _), value in zip(self.fields, values, strict=True):
                write(changed, value)
            yield changed


def _parsed(text: Any) -> Any:
    """Return the value of a JSON text; null for another value or text."""
    if not isinstance(text, str):
        return None
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return None


def read_unwind(part: Part, reading: Reading) -> Step:
    """Read `unwind`: the field of the list, and options."""
    part.options("unwind", ("field", "index", "keepEmpty", "prefix"))
    refuse_fixed_fields(part, reading, "unwind")
    field, index = part.member("field"), part.member("index")
    read_list = reading.field(field, "field")
    return Unwind(
        read_list,
        compile_writer(output_path(field, field.value)),
        None if index.value is None else compile_writer(output_path(index, index.text("index"))),
        part.member("keepEmpty").flag("keepEmpty"),
        part.member("prefix").flag("prefix"),
        part.pointer,
    )


def read_unmarshal(part: Part, reading: Reading) -> Step:
    """Read `unmarshal`: output fields and the fields of their JSON texts."""
    fields = output_writers(part, reading, "unmarshal", lambda value: reading.field(value, "unmarshal"))
    return Unmarshal(fields, reading.rows_are_private)


OPERATORS: Final = (
    Operator(
        "unwind",
        read_unwind,
        "changed rows",
        Description(
            syntax='{"unwind": {"field": "FIELD", "index": OUTPUT, "keepEmpty": true, "prefix": true}}',
            meaning="Makes one row for each element of a list; the field then has the element. A row whose list is"
            " empty or missing, or whose value is not a list, is dropped; with `keepEmpty` it stays, and the field"
            " is null. `index` names a field for the number of the element, from 0. With `prefix` the field has the"
            " list of all elements up to this one.",
            evidence="Documented. That the index begins at 0, that a value that is not a list counts as empty, and"
            " the null of `keepEmpty`, are assumed.",
            examples=(
                Example(
                    {"unwind": {"field": "accounts", "index": "n"}},
                    [{"id": 1, "accounts": ["a-1", "a-2"]}, {"id": 2, "accounts": []}, {"id": 3}],
                    [{"id": 1, "accounts": "a-1", "n": 0}, {"id": 1, "accounts": "a-2", "n": 1}],
                ),
                Example(
                    {"unwind": {"field": "accounts", "keepEmpty": True}},
                    [{"id": 1, "accounts": ["a-1"]}, {"id": 2, "accounts": []}, {"id": 3, "accounts": None}],
                    [{"id": 1, "accounts": "a-1"}, {"id": 2, "accounts": None}, {"id": 3, "accounts": None}],
                ),
                Example(
                    {"unwind": {"field": "path", "prefix": True}},
                    [{"path": ["a", "b"]}],
                    [{"path": ["a"]}, {"path": ["a", "b"]}],
                ),
            ),
            refused=(
                Refusal({"unwind": "accounts"}, "is an object"),
                Refusal({"unwind": {}}, "non-empty string"),
                Refusal({"unwind": {"field": "a", "keepempty": True}}, "did you mean 'keepEmpty'"),
                Refusal({"unwind": {"field": "a", "keepEmpty": "yes"}}, "true or false"),
            ),
        ),
    ),
    Operator(
        "unmarshal",
        read_unmarshal,
        "changed rows",
        Description(
            syntax='{"unmarshal": {OUTPUT: "FIELD", ...}}',
            meaning="Parses the JSON text of a field and writes its value to the output field. A value that is not a"
            " string, or not JSON, gives null.",
            evidence="Documented: a request in Pendo's repository uses it. The nulls are assumed.",
            examples=(
                Example(
                    {"unmarshal": {"action": "uiElementActions"}},
                    [{"uiElementActions": '[{"action": "dismissGuide"}]'}, {"uiElementActions": "{"}, {}],
                    [
                        {"uiElementActions": '[{"action": "dismissGuide"}]', "action": [{"action": "dismissGuide"}]},
                        {"uiElementActions": "{", "action": None},
                        {"action": None},
                    ],
                ),
            ),
            refused=(Refusal({"unmarshal": "a"}, "is an object"), Refusal({"unmarshal": {"a": 1}}, "string")),
        ),
    ),
)
