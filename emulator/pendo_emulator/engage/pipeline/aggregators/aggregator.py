"""What an aggregator is: it adds rows to groups and gives a value for each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from pendo_emulator.engage.pipeline.row import column_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Column, Row
    from pendo_emulator.engage.pipeline.step import Reading


class Accumulator(Protocol):
    """The state of an aggregator for all groups of one run; a group is its number from 0."""

    def add(self, groups: list[int], rows: list[Row], count: int) -> None:
        """Add rows; `groups` has the group of each row, `count` is the number of groups so far."""
        ...

    def held(self) -> int:
        """Return the number of values that the state keeps besides one for each group, for the bound on memory."""
        ...

    def result(self, group: int) -> Any:
        """Return the value of a group."""
        ...


# The state of an aggregator is made when a run begins: a compiled aggregator makes it.
NewAccumulator: TypeAlias = "Callable[[], Accumulator]"


@dataclass(frozen=True, slots=True)
class AggregatorExample:
    """An argument, rows and the value over them."""

    argument: Any
    rows: Sequence[Row]
    result: Any


@dataclass(frozen=True, slots=True)
class Aggregator:
    """An aggregator: the function that reads its argument, its value over no rows, and its documentation.

    `refused` are arguments that cannot be read.
    """

    name: str
    read: Callable[[Part, Reading], NewAccumulator]
    over_no_rows: Any
    syntax: str
    meaning: str
    evidence: str
    examples: tuple[AggregatorExample, ...]
    refused: tuple[Any, ...] = ("a +", 7)


def read_column(part: Part, reading: Reading, name: str) -> Column:
    """Read the argument of an aggregator: an expression."""
    evaluate = reading.expression(part, f"the argument of {name}")
    return column_reader(part.value, evaluate)
