"""Imports a state, a store or a recording into an empty store."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pendo_contracts.common.safe_text import counted, plural, visible
from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.opening import is_store
from pendo_emulator.errors import StoreError
from pendo_emulator.events.recording_import import import_file
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.state.folder import REQUESTS, STORE, StateError
from pendo_emulator.state.row_copy import copy_rows
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Collection


def import_state(path: Path, store: Store, cnames: Collection[str] = ()) -> str:
    """Fill an empty store from a state folder, a store or a recording; return what was imported, as a sentence.

    The requests of a recording keep their API keys and times. Raises StateError if nothing can be imported from the
    path or if the store is not empty, and StoreError if the store cannot be written.
    """
    file = _file_of(path)
    try:
        if is_store(file):
            _import_store(file, store)
            skipped = ""
        else:
            skipped = _import_recording(file, store, cnames)
    except OSError as error:
        raise StateError(f"{visible(str(file))} cannot be read: {error.strerror or error}") from error
    return f"Imported {counted(store.reader.count(Query()), 'request')} from {visible(str(path))}{skipped}."


def _file_of(path: Path) -> Path:
    shown = visible(str(path))
    if not path.exists():
        raise StateError(f"{shown} does not exist: give a folder that --export-on-exit wrote, a store or a recording")
    if not path.is_dir():
        return path
    for name in (STORE, REQUESTS):
        if (path / name).is_file():
            return path / name
    raise StateError(f"{shown} is not a state folder: it has neither {STORE} nor {REQUESTS}")


def _import_store(file: Path, store: Store) -> None:
    """Copy the rows of a store, which may be of an older version; its files are not changed."""
    with TemporaryDirectory(prefix="pendo-emulator-") as folder:
        copied = Path(folder) / STORE
        for suffix in ("", "-wal"):
            if (part := file.with_name(f"{file.name}{suffix}")).exists():
                shutil.copyfile(part, f"{copied}{suffix}")
        try:
            source = Store(copied, "memory")
        except StoreError as error:
            reason = str(error).replace(str(copied), str(file))
            raise StateError(f"the state cannot be imported: {visible(reason)}") from error
        try:
            copy_rows(source.database, store.database)
        finally:
            source.close()


def _import_recording(file: Path, store: Store, cnames: Collection[str]) -> str:
    if store.reader.last_id():
        raise StateError(f"the store {store.database.name} is not empty: a state is imported only into an empty store")
    try:
        result = import_file(Recorder(store), file, None, cnames, str(file))
    except RecordingError as error:
        raise StateError(f"nothing can be imported: {visible(str(error))}") from error
    if not result.skipped:
        return ""
    entries = plural(result.skipped, "entry", "entries")
    return f"; {result.skipped:,} {entries} skipped, the first one: {visible(result.problems[0])}"
