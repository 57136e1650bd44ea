"""The operators that order and cut the rows: sort, limit, skip and cat."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from pendo_emulator.engage.pipeline.document import Part
from pendo_emulator.engage.pipeline.documentation.description import Description, Example, Operator, Refusal
from pendo_emulator.engage.pipeline.row import column_reader
from pendo_emulator.engage.pipeline.values import sort_keys

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.row import Column, Row, Rows
    from pendo_emulator.engage.pipeline.step import Execution, Reading, Step


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field to sort by."""

    column: Column
    descending: bool


@dataclass(frozen=True, slots=True)
class Sort:
    """Sorts rows by fields; rows with equal fields keep their order."""

    keys: tuple[SortKey, ...]
    pointer: str

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield the sorted rows after all rows have arrived."""
        with execution.meter.held(rows, self.pointer) as held:
            ordered = held
            for key in reversed(self.keys):
                ordered = _sorted(ordered, key)
                execution.meter.check_time(self.pointer)
            yield from ordered


def _sorted(rows: list[Row], key: SortKey) -> list[Row]:
    keys = sort_keys(key.column(rows))
    order = sorted(range(len(rows)), key=keys.__getitem__, reverse=key.descending)
    return [rows[place] for place in order]


@dataclass(frozen=True, slots=True)
class Limit:
    """Passes on the first rows."""

    count: int

    def run(self, rows: Rows, _execution: Execution) -> Rows:
        """Yield the first rows."""
        return islice(rows, self.count)


@dataclass(frozen=True, slots=True)
class Skip:
    """Drops the first rows."""

    count: int

    def run(self, rows: Rows, _execution: Execution) -> Rows:
        """Yield the rows behind the first ones."""
        return islice(rows, self.count, None)


@dataclass(frozen=True, slots=True)
class Cat:
    """Passes on all rows."""

    def run(self, rows: Rows, _execution: Execution) -> Rows:
        """Return the rows."""
        return rows


def read_sort(part: Part, reading: Reading) -> Step:
    """Read `sort`: a list of fields, each with an optional `-` or `+`."""
    keys = []
    for item in part.items("sort"):
        text = item.text("a sort field").strip()
        name = text.removeprefix("-") if text.startswith("-") else text.removeprefix("+")
        evaluate = reading.field(Part(name, item.pointer), "a sort field")
        keys.append(SortKey(column_reader(name, evaluate), text.startswith("-")))
    return Sort(tuple(keys), part.pointer)


def read_limit(part: Part, _reading: Reading) -> Step:
    """Read `limit`: the largest number of rows."""
    return Limit(part.natural("limit"))


def read_skip(part: Part, _reading: Reading) -> Step:
    """Read `skip`: the number of rows to drop."""
    return Skip(part.natural("skip"))


def read_cat(part: Part, _reading: Reading) -> Step:
    """Read `cat`."""
    part.require_null("cat")
    return Cat()


OPERATORS: Final = (
    Operator(
        "sort",
        read_sort,
        "same rows",
        Description(
            syntax='{"sort": ["FIELD", "-FIELD", ...]}',
            meaning="Sorts the rows by the first field, rows with equal values by the next, and so on. `-` before a"
            " field sorts descending. The items are field paths, not expressions. Rows that are equal in all fields"
            " keep their order. Nulls and missing fields come first, then false, true, numbers, strings (in the"
            " order of code points), lists, objects; descending, the other way round.",
            evidence="Documented: several fields and `-`. Observed: `+`. Assumed: nulls first, the order of types"
            " and of equal rows.",
            examples=(
                Example(
                    {"sort": ["-count", "name"]},
                    [{"count": 1, "name": "b"}, {"name": "z"}, {"count": 7, "name": "c"}, {"count": 1, "name": "a"}],
                    [{"count": 7, "name": "c"}, {"count": 1, "name": "a"}, {"count": 1, "name": "b"}, {"name": "z"}],
                ),
                Example(
                    {"sort": ["metadata.auto.lastupdated"]},
                    [{"id": 1, "metadata": {"auto": {"lastupdated": 5}}}, {"id": 2}],
                    [{"id": 2}, {"id": 1, "metadata": {"auto": {"lastupdated": 5}}}],
                ),
            ),
            refused=(
                Refusal({"sort": "name"}, "is a list"),
                Refusal({"sort": ["a..b"]}, "name of a field"),
                Refusal({"sort": [1]}, "string"),
            ),
        ),
    ),
    Operator(
        "limit",
        read_limit,
        "same rows",
        Description(
            syntax='{"limit": N}',
            meaning="Passes on the first N rows; with 0, none.",
            evidence="Documented. That 0 is allowed is assumed.",
            examples=(Example({"limit": 1}, [{"id": 1}, {"id": 2}], [{"id": 1}]),),
            refused=(
                Refusal({"limit": -1}, "whole number"),
                Refusal({"limit": "10"}, "whole number"),
                Refusal({"limit": None}, "whole number"),
            ),
        ),
    ),
    Operator(
        "skip",
        read_skip,
        "same rows",
        Description(
            syntax='{"skip": N}',
            meaning="Drops the first N rows and passes on the others.",
            evidence="Assumed: Pendo does not document it, but a released client pages with it.",
            examples=(Example({"skip": 1}, [{"id": 1}, {"id": 2}], [{"id": 2}]),),
            refused=(Refusal({"skip": 1.5}, "whole number"),),
        ),
    ),
    Operator(
        "cat",
        read_cat,
        "same rows",
        Description(
            syntax='{"cat": null}',
            meaning="Passes on all rows unchanged.",
            evidence="Documented: requests in Pendo's repository use it.",
            examples=(Example({"cat": None}, [{"id": 1}], [{"id": 1}]),),
            refused=(Refusal({"cat": 1}, "write null"),),
        ),
    ),
)
