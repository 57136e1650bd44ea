"""Reads the requests in an emulator's SQLite store, without changing it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final, TypeAlias

from pendo_contracts.recordings.entry import Entry, RecordingError
from pendo_contracts.wire.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_QUERY: Final = "SELECT id, method, url, headers, body, received_at, status, fault FROM exchanges ORDER BY id"
_LAST: Final = "SELECT max(id) FROM exchanges"

Row: TypeAlias = tuple[int, str, str, str, bytes, int, int | None, str]


def read_rows(file: Path) -> Iterator[tuple[Row, float]]:
    """Yield every exchange of a store and the fraction of the store that was read.

    Raises RecordingError if the SQLite file is not a store.
    """
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            last = connection.execute(_LAST).fetchone()[0] or 1
            for row in connection.execute(_QUERY):
                yield row, min(1.0, row[0] / last)
    except sqlite3.Error as error:
        raise RecordingError(f"{file.name} is not a store of pendo-emulator: {error}") from error


def read_row(row: Row, name: str) -> Entry:
    """Return the exchange of a row; `name` is the name of the store's file."""
    number, method, url, headers, body, received_at, status, fault = row
    envelope = Envelope(method, url, json.loads(headers), body, received_at)
    return Entry(f"{name} exchange {number}", envelope, status=status, fault=fault)
