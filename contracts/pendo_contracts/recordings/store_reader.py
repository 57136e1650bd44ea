"""Reads the requests in an emulator's SQLite store, without changing it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.recordings.entry import Entry, RecordingError
from pendo_contracts.wire.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_QUERY: Final = "SELECT id, method, url, headers, body, received_at, status, fault FROM exchanges ORDER BY id"


def read_store(file: Path) -> Iterator[Entry]:
    """Yield every exchange of a store; raise RecordingError if the SQLite file is not a store."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            for row in connection.execute(_QUERY):
                yield _entry(*row)
    except sqlite3.Error as error:
        raise RecordingError(f"{file.name} is not a store of pendo-emulator: {error}") from error


def _entry(number: int, method: str, url: str, headers: str, body: bytes, *rest: Any) -> Entry:
    received_at, status, fault = rest
    envelope = Envelope(method, url, json.loads(headers), body, received_at)
    return Entry(f"exchange {number}", envelope, status=status, fault=fault)
