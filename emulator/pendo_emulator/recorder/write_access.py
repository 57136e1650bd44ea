"""Lets one thread at a time write to the store, with current key settings."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING

from pendo_emulator.errors import StoreError
from pendo_emulator.recorder.key_settings import KeySettingsCache
from pendo_emulator.storage.database import LOCK_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.storage.store import Store
    from pendo_emulator.storage.writer import Transaction


class WriteAccess:
    """The write transactions of this process, and what it must know of a shared store to make them.

    `lock` is held during a transaction and guards `settings` and `keys`, the keys that have exchanges. `error` says why
    the last transaction failed, "" if it did not.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lock = Lock()
        self.settings = KeySettingsCache()
        self.keys: set[str] = set()
        self.error = ""

    @contextmanager
    def transaction(self, exchanges: int = 0) -> Iterator[Transaction]:
        """Open a write transaction with current key settings, and commit it; raise StoreError if that fails.

        On any exception the cached state is discarded, and the next transaction loads it again.
        """
        succeeded = False
        if not self.lock.acquire(timeout=LOCK_TIMEOUT):
            raise StoreError(f"{self._store.database.name}: the previous write has not finished")
        try:
            with self._store.writer.transaction(exchanges) as transaction:
                self._refresh(transaction)
                yield transaction
            succeeded = True
            self.error = ""
        except StoreError as error:
            self.error = str(error)
            self._store.disconnect_reader()
            raise
        finally:
            if not succeeded:
                self.settings, self.keys = KeySettingsCache(), set()
            self.lock.release()

    def reload_keys(self) -> None:
        """Read again which keys have exchanges: retention frees some, other processes add some."""
        self.keys = set(self._store.reader.keys())

    def check_writable(self) -> str:
        """Try to write; return why that failed, or ""."""
        with suppress(StoreError), self.transaction() as transaction:
            transaction.check_writable(time.time_ns())
        return self.error

    def _refresh(self, transaction: Transaction) -> None:
        if transaction.change != self.settings.change:
            self.settings.update(transaction.key_settings_since(self.settings.change), transaction.change)
        if not self.keys:
            self.keys = set(transaction.keys())
