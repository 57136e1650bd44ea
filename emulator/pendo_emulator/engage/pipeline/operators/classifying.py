"""The operators that classify values: switch and useragent."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.document import suggestion, type_name
from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal
from pendo_emulator.engage.pipeline.expressions.values import equals
from pendo_emulator.engage.pipeline.operators.assigning import output_writers
from pendo_emulator.engage.pipeline.operators.user_agent import parse_user_agent
from pendo_emulator.engage.pipeline.values import is_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Evaluate, Rows, Write
    from pendo_emulator.engage.pipeline.step import Execution, Reading, Step

ORDERED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TESTS: Final = (*ORDERED, "==", "!=")
_NO_CASE: Final = object()


@dataclass(frozen=True, slots=True)
class Case:
    """A value, and the tests that must all hold for it."""

    value: Any
    tests: tuple[tuple[str, Any], ...]

    def matches(self, value: Any) -> bool:
        """Return whether all tests hold for a value."""
        return all(_holds(name, value, other) for name, other in self.tests)


def _holds(name: str, value: Any, other: Any) -> bool:
    if name == "==":
        return equals(value, other) is True
    if name == "!=":
        return equals(value, other) is False
    comparable = (is_number(value) and is_number(other)) or (isinstance(value, str) and isinstance(other, str))
    return comparable and ORDERED[name](value, other)


@dataclass(frozen=True, slots=True)
class Choice:
    """The field that is tested, and the cases."""

    read: Evaluate
    cases: tuple[Case, ...]

    def value(self, row: dict[str, Any]) -> Any:
        """Return the value of the first case that matches, else _NO_CASE."""
        tested = self.read(row)
        if tested is None:
            return _NO_CASE
        return next((case.value for case in self.cases if case.matches(tested)), _NO_CASE)


@dataclass(frozen=True, slots=True)
class Switch:
    """Sets a field to the value of the first case that matches."""

    fields: tuple[tuple[Write, Choice], ...]
    in_place: bool

    def run(self, rows: Rows, _execution: Execution) -> Rows:
        """Yield each row with the values; drop a row without a matching case."""
        for row in rows:
            values = [choice.value(row) for _, choice in self.fields]
            if _NO_CASE in values:
                continue
            changed = row if self.in_place else dict(row)
            for (write, _), value in zip(self.fields, values, strict=True):
                write(changed, value)
            yield changed


@dataclass(frozen=True, slots=True)
class UserAgent:
    """Writes what User-Agent headers say."""

    fields: tuple[tuple[Write, Evaluate], ...]
    in_place: bool

    def run(self, rows: Rows, _execution: Execution) -> Rows:
        """Yield each row with the parsed headers."""
        for row in rows:
            values = [parse_user_agent(read(row)) for _, read in self.fields]
            changed = row if self.in_place else dict(row)
            for (write, _), value in zip(self.fields, values, strict=True):
                write(changed, value)
            yield changed


def read_switch(part: Part, reading: Reading) -> Step:
    """Read `switch`: output fields, the fields that are tested, and their cases."""
    fields = output_writers(part, reading, "switch", lambda value: _read_choice(value, reading))
    return Switch(fields, reading.rows_are_private)


def _read_choice(part: Part, reading: Reading) -> Choice:
    name, cases = part.sole_entry("an output field of switch")
    read = reading.field(type(part)(name, cases.pointer), "the field of switch")
    return Choice(read, tuple(_read_case(case) for case in cases.items("the cases of switch")))


def _read_case(part: Part) -> Case:
    members = dict(part.entries("a case"))
    if "value" not in members:
        raise part.error("a case needs a value")
    tests = [(name, _read_test(name, value)) for name, value in members.items() if name != "value"]
    return Case(members["value"].value, tuple(tests))


def _read_test(name: str, part: Part) -> Any:
    if name not in TESTS:
        raise part.error(f"a case has no test {name!r}{suggestion(name, TESTS)}")
    if name in ORDERED and not (is_number(part.value) or isinstance(part.value, str)):
        raise part.error(f"{name} compares with a number or a string, not {type_name(part.value)}")
    return part.value


def read_user_agent(part: Part, reading: Reading) -> Step:
    """Read `useragent`: output fields and the fields with the headers."""
    fields = output_writers(part, reading, "useragent", lambda value: reading.field(value, "useragent"))
    return UserAgent(fields, reading.rows_are_private)


OPERATORS: Final = (
    Operator(
        "switch",
        read_switch,
        "changed rows",
        Description(
            syntax='{"switch": {OUTPUT: {"FIELD": [{"value": CONSTANT, "<": CONSTANT, ...}, ...]}}}',
            meaning="Sets the output field to the value of the first case whose tests all hold for the field. The"
            " tests are `<`, `<=`, `>`, `>=`, `==` and `!=`; a case without tests always matches. A row whose field"
            " is null, or for which no case matches, is dropped.",
            evidence="Documented. That `==` and `!=` are tests, and that a value of another type fails a test, are"
            " assumed.",
            examples=(
                Example(
                    {"switch": {"size": {"n": [{"value": "small", "<": 10}, {"value": "large", ">=": 10, "<": 100}]}}},
                    [{"n": 3}, {"n": 10}, {"n": 100}, {"n": None}, {}],
                    [{"n": 3, "size": "small"}, {"n": 10, "size": "large"}],
                ),
            ),
            refused=(
                Refusal({"switch": {"size": [{"value": 1}]}}, "is an object"),
                Refusal({"switch": {"size": {"n": [{"<": 1}]}}}, "needs a value"),
                Refusal({"switch": {"size": {"n": [{"value": 1, "=>": 1}]}}}, "no test '=>'"),
                Refusal({"switch": {"size": {"n": [{"value": 1, "<": None}]}}}, "number or a string"),
            ),
        ),
    ),
    Operator(
        "useragent",
        read_user_agent,
        "changed rows",
        Description(
            syntax='{"useragent": {OUTPUT: "FIELD", ...}}',
            meaning="Writes what a User-Agent header says: `name`, `version`, `os` and `deviceType` (`desktop`,"
            ' `mobile` or `tablet`). All are "" if the header is null or unknown.',
            evidence="Documented: name, version, os, deviceType. The values are assumed, except for `Chrome`,"
            " `120.0.0` and `Mac OS X`, which were observed.",
            examples=(
                Example(
                    {"useragent": {"browser": "userAgent"}},
                    [
                        {
                            "userAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML,"
                            " like Gecko) Chrome/120.0.0.0 Safari/537.36"
                        },
                        {"userAgent": None},
                    ],
                    [
                        {
                            "userAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML,"
                            " like Gecko) Chrome/120.0.0.0 Safari/537.36",
                            "browser": {
                                "name": "Chrome",
                                "version": "120.0.0",
                                "os": "Mac OS X",
                                "deviceType": "desktop",
                            },
                        },
                        {"userAgent": None, "browser": {"name": "", "version": "", "os": "", "deviceType": ""}},
                    ],
                ),
            ),
            refused=(
                Refusal({"useragent": "userAgent"}, "is an object"),
                Refusal({"useragent": {"a": None}}, "string"),
            ),
        ),
    ),
)
