"""The operators that compute fields: select, eval and set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal
from pendo_emulator.engage.pipeline.row import compile_writer, output_path, plain_field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Evaluate, Row, Rows, Write
    from pendo_emulator.engage.pipeline.step import Execution, Reading, Step


@dataclass(frozen=True, slots=True)
class Computed:
    """An output field: how it is written, and the expression of its value.

    `builds_lists` says whether the expression can make values that the row does not have yet.
    """

    write: Write
    evaluate: Evaluate
    path: tuple[str, ...]
    builds_lists: bool
    pointer: str

    def evaluator(self, execution: Execution) -> Evaluate:
        """Return the expression, with a bound on the values that it builds."""
        evaluate, pointer, check = self.evaluate, self.pointer, execution.meter.check_value
        if not self.builds_lists:
            return evaluate

        def evaluate_bounded(row: Mapping[str, Any]) -> Any:
            value = evaluate(row)
            if type(value) in {list, tuple, dict}:
                check(value, pointer)
            return value

        return evaluate_bounded


@dataclass(frozen=True, slots=True)
class Select:
    """Makes new rows that have only the computed fields."""

    fields: tuple[Computed, ...]

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield a new row for each row."""
        if all(len(field.path) == 1 for field in self.fields):
            plain = [(field.path[0], field.evaluator(execution)) for field in self.fields]
            return ({name: evaluate(row) for name, evaluate in plain} for row in rows)
        return self._nested(rows, [(field.write, field.evaluator(execution)) for field in self.fields])

    @staticmethod
    def _nested(rows: Rows, fields: list[tuple[Write, Evaluate]]) -> Rows:
        for row in rows:
            selected: Row = {}
            for write, evaluate in fields:
                write(selected, evaluate(row))
            yield selected


@dataclass(frozen=True, slots=True)
class Eval:
    """Adds fields to rows, or replaces them; all expressions see the row as it arrived."""

    fields: tuple[Computed, ...]
    in_place: bool

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield each row with the computed fields."""
        field, *others = self.fields
        if not others and not self.in_place and len(field.path) == 1:
            name, evaluate = field.path[0], field.evaluator(execution)
            return ({**row, name: evaluate(row)} for row in rows)
        return self._evaluated(rows, execution)

    def _evaluated(self, rows: Rows, execution: Execution) -> Rows:
        evaluators = [field.evaluator(execution) for field in self.fields]
        writers = [field.write for field in self.fields]
        for row in rows:
            values = [evaluate(row) for evaluate in evaluators]
            changed = row if self.in_place else dict(row)
            for write, value in zip(writers, values, strict=True):
                write(changed, value)
            yield changed


@dataclass(frozen=True, slots=True)
class Set:
    """Gives fields of each row a constant value."""

    fields: tuple[tuple[Write, Any], ...]
    in_place: bool

    def run(self, rows: Rows, _execution: Execution) -> Rows:
        """Yield each row with the constants."""
        for row in rows:
            changed = row if self.in_place else dict(row)
            for write, value in self.fields:
                write(changed, value)
            yield changed


def read_computed(part: Part, reading: Reading, meaning: str) -> tuple[Computed, ...]:
    """Read an object of output fields and their expressions."""
    computed = []
    for name, expression in part.entries(meaning):
        path = output_path(expression, name)
        evaluate = reading.expression(expression, meaning)
        builds_lists = plain_field(expression.value) is None and _may_build_lists(expression.value)
        computed.append(Computed(compile_writer(path), evaluate, path, builds_lists, expression.pointer))
    if not computed:
        raise part.error(f"{meaning} needs at least one field")
    return tuple(computed)


def _may_build_lists(expression: str) -> bool:
    return "[" in expression or "(" in expression


def read_select(part: Part, reading: Reading) -> Step:
    """Read `select`: output fields and their expressions."""
    return Select(read_computed(part, reading, "select"))


def read_eval(part: Part, reading: Reading) -> Step:
    """Read `eval`: output fields and their expressions."""
    refuse_fixed_fields(part, reading, "eval")
    return Eval(read_computed(part, reading, "eval"), reading.rows_are_private)


def read_set(part: Part, reading: Reading) -> Step:
    """Read `set`: output fields and their constants."""
    refuse_fixed_fields(part, reading, "set")
    fields = [(compile_writer(output_path(constant, name)), constant.value) for name, constant in part.entries("set")]
    if not fields:
        raise part.error("set needs at least one field")
    return Set(tuple(fields), reading.rows_are_private)


def refuse_fixed_fields(part: Part, reading: Reading, meaning: str) -> None:
    """Raise PipelineError if a step assigns a field that its source fixes."""
    for name, value in part.entries(meaning):
        if name in reading.fixed_fields:
            raise value.error(f"{name} is read-only in the rows of an event source; assign another field")


def output_writers(
    part: Part, reading: Reading, meaning: str, read: Callable[[Part], Any]
) -> tuple[tuple[Write, Any], ...]:
    """Read an object of output fields whose values `read` reads; raise PipelineError if it is empty."""
    refuse_fixed_fields(part, reading, meaning)
    fields = [(compile_writer(output_path(value, name)), read(value)) for name, value in part.entries(meaning)]
    if not fields:
        raise part.error(f"{meaning} needs at least one field")
    return tuple(fields)


OPERATORS: Final = (
    Operator(
        "select",
        read_select,
        "new rows",
        Description(
            syntax='{"select": {OUTPUT: "EXPRESSION", ...}}',
            meaning="Makes a new row that has only these fields. A dot in an output name makes a nested object;"
            " blanks are allowed. A field that the input row lacks is null, and it is present.",
            evidence="Documented. Sample answers of Pendo show the nulls of missing fields.",
            examples=(
                Example(
                    {"select": {"who": "visitorId", "mail": "metadata.agent.email", "Event Count": "n"}},
                    [
                        {"visitorId": "v-1", "metadata": {"agent": {"email": "a@example.test"}}, "n": 2},
                        {"visitorId": "v-2"},
                    ],
                    [
                        {"who": "v-1", "mail": "a@example.test", "Event Count": 2},
                        {"who": "v-2", "mail": None, "Event Count": None},
                    ],
                ),
                Example(
                    {"select": {"visitor.id": "visitorId", "first": "polls[0].id"}},
                    [{"visitorId": "v-1", "polls": [{"id": "p-1"}]}],
                    [{"visitor": {"id": "v-1"}, "first": "p-1"}],
                ),
            ),
            refused=(
                Refusal({"select": ["visitorId"]}, "is an object"),
                Refusal({"select": {"a": 1}}, "expression in a string"),
                Refusal({"select": {"a..b": "c"}}, "a name before and after each dot"),
                Refusal({"select": {}}, "at least one field"),
            ),
        ),
    ),
    Operator(
        "eval",
        read_eval,
        "changed rows",
        Description(
            syntax='{"eval": {OUTPUT: "EXPRESSION", ...}}',
            meaning="Adds fields to each row or replaces them. All expressions of one eval see the row as it"
            " arrived. A dot in an output name creates missing objects. The field `day` or `hour` of an event source"
            " is read-only: assigning it is an error.",
            evidence="Documented. Pendo leaves the order within one eval open; that all expressions see the incoming"
            " row is assumed. That `hour` is read-only like `day` is assumed.",
            examples=(
                Example(
                    {"eval": {"perMinute": "numEvents / numMinutes", "numEvents": "numEvents + 1", "browser.os": "os"}},
                    [{"numEvents": 6, "numMinutes": 3, "os": "Linux"}, {"numEvents": 1, "numMinutes": None}],
                    [
                        {"numEvents": 7, "numMinutes": 3, "os": "Linux", "perMinute": 2, "browser": {"os": "Linux"}},
                        {"numEvents": 2, "numMinutes": None, "perMinute": None, "browser": {"os": None}},
                    ],
                ),
            ),
            refused=(
                Refusal({"eval": {"a": "date_add(1)"}}, "date_add"),
                Refusal({"eval": None}, "is an object"),
                Refusal({"eval": {}}, "at least one field"),
            ),
        ),
    ),
    Operator(
        "set",
        read_set,
        "changed rows",
        Description(
            syntax='{"set": {OUTPUT: CONSTANT, ...}}',
            meaning="Gives fields of each row a constant value: any JSON value. A string is not an expression.",
            evidence="Assumed: one third party describes this operator.",
            examples=(
                Example(
                    {"set": {"kind": "web", "a.b": None}},
                    [{"visitorId": "v-1"}],
                    [{"visitorId": "v-1", "kind": "web", "a": {"b": None}}],
                ),
            ),
            refused=(Refusal({"set": "web"}, "is an object"), Refusal({"set": {}}, "at least one field")),
        ),
    ),
)
