"""SpillingTable: a dictionary that keeps its oldest entries in a temporary file when it becomes large."""

from __future__ import annotations

import pickle
import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_LIMIT: Final = 1_000_000
_TABLE: Final = "CREATE TABLE entries (key INTEGER PRIMARY KEY, ordinal INTEGER, value BLOB)"

Key: TypeAlias = "tuple[str | bytes | float, ...]"
Value = TypeVar("Value")


class SpillingTable(Generic[Value]):
    """A mapping with at most `limit` entries in memory; a temporary file has the others.

    Only the 64-bit hash of a key is stored: a million keys have two with the same hash with a probability of 10^-7.
    Values may be changed in place. `values` lists them in the order in which they were added, wherever they are.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._recent: dict[int, Value] = {}
        self._ordinals: dict[int, int] = {}  # of the entries that were read back from the file
        self._spilled = 0
        self._added = 0  # valid only while there is a file: _spill sets it when it creates the file
        self._file: sqlite3.Connection | None = None

    def get(self, key: Key) -> Value | None:
        """Return the value of a key, None if there is none.

        `get(key) or add(key, value)` is for values that are never empty or 0.
        """
        if (value := self._recent.get(digest := hash(key))) is not None:
            return value
        return self._load(digest) if self._file else None

    def add(self, key: Key, value: Value) -> Value:
        """Add the value of a new key, and return it."""
        if len(self._recent) >= self._limit:
            self._spill(max(1, self._limit // 2))
        self._added += 1
        self._recent[hash(key)] = value
        return value

    def setdefault(self, key: Key, value: Value) -> Value:
        """Return the value of a key; add `value` for a key that has none."""
        if self._file is None and len(self._recent) < self._limit:
            return self._recent.setdefault(hash(key), value)
        known = self.get(key)
        return self.add(key, value) if known is None else known

    def values(self) -> Iterator[Value]:
        """Yield the values of all entries in the order in which they were added."""
        if self._file is None:
            yield from self._recent.values()
            return
        self._spill(len(self._recent))
        for (packed,) in self._file.execute("SELECT value FROM entries ORDER BY ordinal"):
            yield pickle.loads(packed)  # noqa: S301 - written by this process

    @property
    def in_memory(self) -> int:
        """The number of entries in memory."""
        return len(self._recent)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._recent) if self._file is None else self._added

    def close(self) -> None:
        """Delete the temporary file."""
        if self._file:
            self._file.close()
            self._file = None

    def _load(self, digest: int) -> Value | None:
        """Move an entry from the file back to memory."""
        assert self._file is not None  # noqa: S101 - the caller checks it
        row = self._file.execute("SELECT ordinal, value FROM entries WHERE key = ?", (digest,)).fetchone()
        if row is None:
            return None
        if len(self._recent) >= self._limit:
            self._spill(max(1, self._limit // 2))
        self._ordinals[digest], packed = row
        value: Value = pickle.loads(packed)  # noqa: S301 - written by this process
        self._recent[digest] = value
        return value

    def _spill(self, count: int) -> None:
        """Move the entries that are longest in memory to the file, which SQLite deletes when it is closed."""
        if self._file is None:
            self._added = len(self._recent)
            self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._file.execute("PRAGMA journal_mode = OFF")
            self._file.execute(_TABLE)
        digests = list(islice(self._recent, count))
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", map(self._row, digests))
        self._file.execute("COMMIT")
        for digest in digests:
            del self._recent[digest]

    def _row(self, digest: int) -> tuple[int, int, bytes]:
        """Return the row of an entry; new entries leave the memory in the order in which they were added."""
        ordinal = self._ordinals.pop(digest, None)
        if ordinal is None:
            self._spilled += 1
            ordinal = self._spilled
        return digest, ordinal, pickle.dumps(self._recent[digest])
