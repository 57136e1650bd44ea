"""The operators that keep some of the rows: filter and identified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.document import Part, suggestion, type_name
from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal
from pendo_emulator.engage.pipeline.expressions.functions.pendo_ids import ANONYMOUS_PREFIX, is_identified

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.row import Evaluate, RowFilter, Rows
    from pendo_emulator.engage.pipeline.step import Execution, Reading, Step

_NO_ACCOUNT: Final = (None, "")
COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps the rows for which an expression is true; null and other values are not true."""

    keep: RowFilter

    def run(self, rows: Rows, _execution: Execution) -> Rows:
        """Yield the rows that are kept."""
        return self.keep(rows)


@dataclass(frozen=True, slots=True)
class Identified:
    """Keeps the rows of known visitors or accounts, or only the others."""

    read_id: Evaluate
    is_account: bool
    negated: bool

    def run(self, rows: Rows, _execution: Execution) -> Rows:
        """Yield the rows that are kept."""
        read_id, negated = self.read_id, self.negated
        if self.is_account:
            return (row for row in rows if (read_id(row) in _NO_ACCOUNT) == negated)
        if negated:
            return (row for row in rows if _is_anonymous(read_id(row)))
        return (row for row in rows if is_identified(read_id(row)) is True)


def _is_anonymous(visitor_id: Any) -> bool:
    return isinstance(visitor_id, str) and visitor_id.startswith(ANONYMOUS_PREFIX)


def read_filter(part: Part, reading: Reading) -> Step:
    """Read `filter`: an expression, or an object with field, operator and value."""
    return Filter(reading.filter(_comparison(part) if isinstance(part.value, dict) else part))


def _comparison(part: Part) -> Part:
    """Return the expression that an object with field, operator and value means."""
    members = part.options("filter", ("field", "operator", "value"))
    field = part.member("field").text("field")
    operator = part.member("operator").text("operator")
    if operator not in COMPARISONS:
        raise part.member("operator").error(f"unknown operator {operator!r}{suggestion(operator, COMPARISONS)}")
    value = members["value"].value if "value" in members else None
    return Part(f"{field} {operator} {_literal(part.member('value'), value)}", part.pointer)


def _literal(part: Part, value: Any) -> str:
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int() | float():
            return repr(value)
        case str():
            quoted = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{quoted}"'
        case _:
            raise part.error(f"value is a number, a string, true, false or null, not {type_name(value)}")


def read_identified(part: Part, reading: Reading) -> Step:
    """Read `identified`: a field, with `!` before it to keep the other rows."""
    text = part.text("identified").strip()
    negated = text.startswith("!")
    name = text.removeprefix("!").strip()
    read_id = reading.field(Part(name, part.pointer), "identified")
    return Identified(read_id, "account" in name.rpartition(".")[2].lower(), negated)


OPERATORS: Final = (
    Operator(
        "filter",
        read_filter,
        "same rows",
        Description(
            syntax='{"filter": "EXPRESSION"} or {"filter": {"field": PATH, "operator": "==", "value": CONSTANT}}',
            meaning="Keeps the rows for which the expression is true. A row for which it is null, a number or a"
            " string is dropped. The object form compares one field with a constant; its operators are `==`, `!=`,"
            " `<`, `<=`, `>` and `>=`.",
            evidence="Documented. The object form was observed in a request of a Pendo employee.",
            examples=(
                Example(
                    {"filter": 'numEvents > 3 && accountId != ""'},
                    [
                        {"numEvents": 4, "accountId": "a-1"},
                        {"numEvents": 9, "accountId": ""},
                        {"numEvents": None, "accountId": "a-2"},
                        {"accountId": "a-3"},
                    ],
                    [{"numEvents": 4, "accountId": "a-1"}],
                ),
                Example(
                    {"filter": {"field": "plan", "operator": "==", "value": "pro"}},
                    [{"plan": "pro"}, {"plan": "free"}, {}],
                    [{"plan": "pro"}],
                ),
            ),
            refused=(
                Refusal({"filter": "numEvents >"}, "column"),
                Refusal({"filter": 7}, "expression in a string"),
                Refusal({"filter": {"field": "plan", "operator": "=", "value": 1}}, "unknown operator"),
            ),
        ),
    ),
    Operator(
        "identified",
        read_identified,
        "same rows",
        Description(
            syntax='{"identified": "visitorId"}, {"identified": "!visitorId"} or {"identified": "accountId"}',
            meaning="Keeps the rows of known visitors: their id is not empty and does not begin with `_PENDO_T_`."
            " With `!` it keeps the rows of anonymous visitors only. With a field whose name contains `account` it"
            " keeps the rows with an account; with `!` the rows without one.",
            evidence="Documented. That a null or empty visitor id is neither known nor anonymous is assumed.",
            examples=(
                Example(
                    {"identified": "visitorId"},
                    [{"visitorId": "v-1"}, {"visitorId": "_PENDO_T_9hGq"}, {"visitorId": ""}, {"visitorId": None}],
                    [{"visitorId": "v-1"}],
                ),
                Example(
                    {"identified": "!visitorId"},
                    [{"visitorId": "v-1"}, {"visitorId": "_PENDO_T_9hGq"}],
                    [{"visitorId": "_PENDO_T_9hGq"}],
                ),
                Example(
                    {"identified": "accountId"},
                    [{"accountId": "a-1"}, {"accountId": ""}, {"accountId": None}],
                    [{"accountId": "a-1"}],
                ),
            ),
            refused=(Refusal({"identified": None}, "non-empty string"), Refusal({"identified": True}, "string")),
        ),
    ),
)
