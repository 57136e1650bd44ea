"""Parts of a recording: pieces that can be sent to another process and be read there, independently of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from pendo_contracts.recordings.ndjson_reader import read_lines
from pendo_contracts.recordings.store_reader import Row, read_row, row_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.recordings.entry import Entry

PART_SIZE: Final = 512 * 1024
LINE_LIMIT: Final = 64 * 1024 * 1024

# The approximate size of a request without its body.
_OVERHEAD: Final = 512


class Lines(Struct, frozen=True):
    """Complete lines of a capture; `first` is the number of the first line.

    `done` is the fraction of the recording's file that was read up to the end of the part.
    """

    name: str
    first: int
    data: bytes
    done: float

    @property
    def size(self) -> int:
        """The size in bytes."""
        return len(self.data)

    def entries(self) -> Iterator[Entry]:
        """Read the entries."""
        return read_lines(self.data, self.name, self.first)


class Rows(Struct, frozen=True):
    """Exchanges of a store; `done` as in Lines."""

    name: str
    rows: tuple[Row, ...]
    size: int
    done: float

    def entries(self) -> Iterator[Entry]:
        """Read the entries."""
        return (read_row(row, self.name) for row in self.rows)


class Entries(Struct, frozen=True):
    """Entries that were read already; `done` as in Lines."""

    read: tuple[Entry, ...]
    size: int
    done: float

    def entries(self) -> Iterator[Entry]:
        """Return the entries."""
        return iter(self.read)


Part: TypeAlias = Lines | Rows | Entries


def split_rows(rows: Iterable[tuple[Row, float]], name: str, size: int) -> Iterator[Part]:
    """Split a store into parts of about `size` bytes."""
    taken: list[Row] = []
    taken_size = 0
    for row, done in rows:
        taken.append(row)
        taken_size += _OVERHEAD + row_size(row)
        if taken_size >= size:
            yield Rows(name, tuple(taken), taken_size, done)
            taken, taken_size = [], 0
    if taken:
        yield Rows(name, tuple(taken), taken_size, 1.0)


def split_entries(entries: Iterable[tuple[Entry, float]], size: int) -> Iterator[Part]:
    """Split entries into parts of about `size` bytes."""
    taken: list[Entry] = []
    taken_size = 0
    for entry, done in entries:
        taken.append(entry)
        taken_size += _OVERHEAD + (len(entry.envelope.url) + len(entry.envelope.body) if entry.envelope else 0)
        if taken_size >= size:
            yield Entries(tuple(taken), taken_size, done)
            taken, taken_size = [], 0
    if taken:
        yield Entries(tuple(taken), taken_size, 1.0)
