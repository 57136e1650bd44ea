"""Groups rows: one accumulator for each output field, with its state for all groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.values import hash_keys

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.aggregators.aggregator import Accumulator, NewAccumulator
    from pendo_emulator.engage.pipeline.row import Column, Row, Rows, Write
    from pendo_emulator.engage.pipeline.step import Execution

# Estimated bytes of a group and of one value that an aggregator keeps.
_GROUP_BYTES: Final = 200
_VALUE_BYTES: Final = 100


@dataclass(frozen=True, slots=True)
class OutputField:
    """An output field of group or reduce."""

    write: Write
    new_accumulator: NewAccumulator
    over_no_rows: Any


@dataclass(frozen=True, slots=True)
class KeyField:
    """A field by which rows are grouped."""

    write: Write
    column: Column


class GroupNumbers(dict[Any, int]):
    """The number of each group by its key, from 0 in the order of their first rows."""

    def __missing__(self, key: Any) -> int:
        """Give a new key the next number."""
        number = len(self)
        self[key] = number
        return number


@dataclass(frozen=True, slots=True)
class Group:
    """Makes one row for each combination of values of the key fields."""

    keys: tuple[KeyField, ...]
    fields: tuple[OutputField, ...]
    pointer: str

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield the rows of all groups after all rows have arrived, in the order of their first rows."""
        numbers, originals = GroupNumbers(), _Originals()
        accumulators = [field.new_accumulator() for field in self.fields]
        held = 0
        for batch in execution.meter.batches(rows, self.pointer):
            keys = self._keys(batch, originals)
            groups = list(map(numbers.__getitem__, keys))
            for accumulator in accumulators:
                accumulator.add(groups, batch, len(numbers))
            held = self._check_memory(len(numbers), held + len(batch) * len(accumulators), accumulators, execution)
        for key, number in numbers.items():
            yield self._row(key, number, accumulators, originals)

    def _check_memory(self, groups: int, held: int, accumulators: list[Accumulator], execution: Execution) -> int:
        """Check the memory of the groups; return an upper bound of the values that the accumulators keep."""
        groups_bytes = groups * _GROUP_BYTES * (1 + len(accumulators))
        if not execution.meter.has_memory(groups_bytes + held * _VALUE_BYTES):
            held = sum(accumulator.held() for accumulator in accumulators)
            execution.meter.check_memory(groups_bytes + held * _VALUE_BYTES, self.pointer)
        return held

    def _keys(self, rows: list[Row], originals: _Originals) -> list[Any]:
        columns = [originals.keys(key.column(rows)) for key in self.keys]
        if len(columns) == 1:
            return columns[0]
        return list(zip(*columns, strict=True)) if columns else [()] * len(rows)

    def _row(self, key: Any, number: int, accumulators: list[Accumulator], originals: _Originals) -> Row:
        row: Row = {}
        values = (key,) if len(self.keys) == 1 else key
        for field, value in zip(self.keys, values, strict=True):
            field.write(row, originals.value(value))
        for output, accumulator in zip(self.fields, accumulators, strict=True):
            output.write(row, accumulator.result(number))
        return row


class _Originals:
    """The values of keys whose hashable form differs from them: lists, objects and booleans."""

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}

    def keys(self, values: list[Any]) -> list[Any]:
        """Return the hashable keys of a column."""
        keys = hash_keys(values)
        if keys is not values:
            for key, value in zip(keys, values, strict=True):
                if type(key) is tuple:
                    self._values.setdefault(key, value)
        return keys

    def value(self, key: Any) -> Any:
        """Return the value of a key."""
        return self._values[key] if type(key) is tuple else key


@dataclass(frozen=True, slots=True)
class Reduce:
    """Makes one row of all rows, also of none."""

    fields: tuple[OutputField, ...]
    pointer: str

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield one row after all rows have arrived."""
        yield next(iter(Group((), self.fields, self.pointer).run(rows, execution)), self._over_no_rows())

    def _over_no_rows(self) -> Row:
        row: Row = {}
        for field in self.fields:
            field.write(row, field.over_no_rows)
        return row


@dataclass(frozen=True, slots=True)
class Count:
    """Makes one row with the number of rows."""

    pointer: str

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Yield one row after all rows have arrived."""
        yield {"count": sum(map(len, execution.meter.batches(rows, self.pointer)))}
