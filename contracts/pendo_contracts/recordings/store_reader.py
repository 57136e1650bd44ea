"""Reads the requests in an emulator's SQLite store, without changing it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pendo_contracts.common.safe_text import visible
from pendo_contracts.recordings.entry import Entry, RecordingError, read_or_explain
from pendo_contracts.recordings.ndjson_reader import milliseconds
from pendo_contracts.wire.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A view could have an endless number of rows.
_TABLE: Final = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND lower(name) = 'exchanges'"
_QUERY: Final = "SELECT id, method, url, headers, body, received_at, status, fault FROM exchanges ORDER BY id"
_LAST: Final = "SELECT max(id) FROM exchanges"
_TYPES: Final = {"id": int, "method": str, "url": str, "headers": str, "body": bytes}

_SHOWN: Final = 40

# The values can have any type of SQLite, because another program can have written them.
Row: TypeAlias = tuple[Any, Any, Any, Any, Any, Any, Any, Any]


def read_rows(file: Path) -> Iterator[tuple[Row, float]]:
    """Yield every exchange of a store and the fraction of the store that was read.

    Raises RecordingError if the SQLite file is not a store.
    """
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.text_factory = _read_text
            if connection.execute(_TABLE).fetchone() is None:
                raise RecordingError(f"{file.name} is not a store of pendo-emulator: it has no table `exchanges`")
            last = connection.execute(_LAST).fetchone()[0]
            for row in connection.execute(_QUERY):
                numbered = type(row[0]) is type(last) is int and last > 0
                yield row, max(0.0, min(1.0, row[0] / last)) if numbered else 0.0
    except sqlite3.Error as error:
        raise RecordingError(f"{file.name} is not a store of pendo-emulator: {error}") from error


def row_size(row: Row) -> int:
    """Return the size of the URL and the body of a row."""
    return sum(len(value) for value in (row[2], row[4]) if isinstance(value, (str, bytes)))


def read_row(row: Row, name: str) -> Entry:
    """Return the exchange of a row; `name` is the name of the store's file."""
    where = f"{name} exchange {visible(str(row[0]), _SHOWN)}"
    return read_or_explain(lambda: _entry(row, where), where)


def _entry(row: Row, where: str) -> Entry:
    for (column, expected), value in zip(_TYPES.items(), row, strict=False):
        if type(value) is not expected:
            raise TypeError(f"the column `{column}` has a value of type {type(value).__name__}")
    _, method, url, headers, body, received_at, status, fault = row
    if not isinstance(status, int | None) or not isinstance(fault, str | None):
        raise TypeError("the column `status` must have an integer, and `fault` a text")
    envelope = Envelope(method, url, _headers(headers), body, milliseconds(received_at))
    return Entry(where, envelope, status=status, fault=fault or "")


def _headers(text: str) -> dict[str, str]:
    headers = json.loads(text)
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise TypeError("the column `headers` must have a JSON object of strings")
    return headers


def _read_text(value: bytes) -> str | bytes:
    """Return a text; text that is not UTF-8 stays bytes, so that only its row is unreadable."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value
