"""Exports the state of a store to a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.safe_text import visible
from pendo_emulator.events.export import in_pieces, select_requests, write_ndjson
from pendo_emulator.state.folder import REQUESTS, STORE, StateError, draft_of, put, replace
from pendo_emulator.state.row_copy import copy_rows
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def export_state(store: Store, folder: Path) -> int:
    """Write the state of a store to a folder; return the number of its requests.

    `store.sqlite3` is replaced in one step, so the folder always has a complete state. `requests.ndjson` is for people
    and for other tools; the import reads it only if there is no store. Raises StateError if a file cannot be written,
    and StoreError if the store cannot be read.
    """
    draft = draft_of(folder / STORE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copy = Store(draft, "full")
        try:
            copy_rows(store.database, copy.database)
        finally:
            copy.close()
        put(draft, folder / STORE)
        replace(folder / REQUESTS, in_pieces(write_ndjson(select_requests(store, None, ""))))
    except OSError as error:
        reason = error.strerror or str(error)
        raise StateError(f"the state cannot be written to {visible(str(folder))}: {reason}") from error
    finally:
        for file in folder.glob(f"{draft.name}*"):
            file.unlink(missing_ok=True)
    return store.reader.count(Query())
