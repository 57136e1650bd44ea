"""SpillingTable: a dictionary that keeps its oldest entries in a temporary file when it becomes large."""

from __future__ import annotations

import pickle
import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_LIMIT: Final = 1_000_000
_TABLE: Final = "CREATE TABLE entries (key BLOB PRIMARY KEY, ordinal INTEGER, entry BLOB) WITHOUT ROWID"

Key: TypeAlias = tuple["str | bytes | float", ...]
Value = TypeVar("Value")


class SpillingTable(Generic[Value]):
    """A mapping with at most `limit` entries in memory; a temporary file has the others.

    Values may be changed in place. `items` lists the entries in the order in which they were added, wherever they are.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._recent: dict[Key, tuple[int, Value]] = {}
        self._added = 0
        self._file: sqlite3.Connection | None = None

    def get(self, key: Key) -> Value | None:
        """Return the value of a key, None if there is none."""
        if (entry := self._recent.get(key)) is not None:
            return entry[1]
        return self._load(key) if self._file else None

    def add(self, key: Key, value: Value) -> Value:
        """Add the value of a new key, and return it."""
        if len(self._recent) >= self._limit:
            self._spill(max(1, self._limit // 2))
        self._added += 1
        self._recent[key] = (self._added, value)
        return value

    def items(self) -> Iterator[tuple[Key, Value]]:
        """Yield all entries in the order in which they were added."""
        if self._file is None:
            yield from ((key, value) for key, (_, value) in self._recent.items())
            return
        self._spill(len(self._recent))
        for (packed,) in self._file.execute("SELECT entry FROM entries ORDER BY ordinal"):
            yield pickle.loads(packed)  # noqa: S301 - written by this process

    def values(self) -> Iterator[Value]:
        """Yield the values of all entries in the order in which they were added."""
        return (value for _, value in self.items())

    def __len__(self) -> int:
        """Return the number of entries."""
        return self._added

    def close(self) -> None:
        """Delete the temporary file."""
        if self._file:
            self._file.close()
            self._file = None

    def _load(self, key: Key) -> Value | None:
        """Move an entry from the file back to memory."""
        assert self._file is not None  # noqa: S101 - the caller checks it
        row = self._file.execute("SELECT ordinal, entry FROM entries WHERE key = ?", (_pack(key),)).fetchone()
        if row is None:
            return None
        if len(self._recent) >= self._limit:
            self._spill(max(1, self._limit // 2))
        ordinal, packed = row
        _, value = pickle.loads(packed)  # noqa: S301 - written by this process
        self._recent[key] = (ordinal, value)
        loaded: Value = value
        return loaded

    def _spill(self, count: int) -> None:
        """Move the entries that are longest in memory to the file, which SQLite deletes when it is closed."""
        if self._file is None:
            self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._file.execute("PRAGMA journal_mode = OFF")
            self._file.execute(_TABLE)
        keys = list(islice(self._recent, count))
        rows = (
            (_pack(key), ordinal, pickle.dumps((key, value)))
            for key, (ordinal, value) in ((key, self._recent[key]) for key in keys)
        )
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)
        self._file.execute("COMMIT")
        for key in keys:
            del self._recent[key]


def _pack(key: Key) -> bytes:
    """Write a key as bytes; equal keys have equal bytes, which pickle does not promise."""
    return repr(key).encode("utf-8", "surrogatepass")
