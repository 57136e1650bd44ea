"""Lets one thread at a time write to the store, with current key settings."""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from pendo_contracts.wire.beacon import BODY_LIMIT
from pendo_emulator.errors import StoreError
from pendo_emulator.recorder.key_settings import KeySettingsCache
from pendo_emulator.storage.database import LOCK_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.storage.store import Store
    from pendo_emulator.storage.writer import Transaction


# In characters: the size of the text that a check writes, normally and after requests could not be recorded.
CHECK_SIZE: Final = 64 * 1024
RECOVERY_CHECK_SIZE: Final = BODY_LIMIT
# The number of times that a check writes, if other processes check at the same time.
CHECK_ATTEMPTS: Final = 3


class WriteAccess:
    """Makes the write transactions of this process, and caches the data of a shared store that they need.

    `lock` is held during a transaction and protects `settings` and `keys`, the keys that have exchanges. `error` says
    why the last transaction failed; it is "" after a success. `commits` counts the transactions.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lock = Lock()
        self.settings = KeySettingsCache()
        self.keys: set[str] = set()
        self.error = ""
        self.commits = 0
        self._lost_requests = False

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
            self.commits += 1
            self.error = ""
        except StoreError as error:
            self.error = str(error)
            self._lost_requests = self._lost_requests or bool(exchanges)
            self._store.disconnect_reader()
            raise
        finally:
            if not succeeded:
                self.settings, self.keys = KeySettingsCache(), set()
            self.lock.release()

    def refresh(self) -> None:
        """Read the key settings that other processes changed; raise StoreError if the store cannot be written."""
        with self.transaction():
            pass

    def reload_keys(self) -> None:
        """Read again which keys have exchanges, because retention removes keys and other processes add keys."""
        self.keys = set(self._store.reader.keys())

    def trouble(self) -> str:
        """Return why the store cannot be used, or "" if no problem is known; does not write to the store."""
        damage = self._store.writer.damage()
        return self.error or (damage and f"{self._store.database.name}: {damage}")

    def check(self) -> str:
        """Write to the store and read it back; return why that failed, or "".

        After requests could not be recorded, the check writes a text of the size of the largest request.
        """
        try:
            for _ in range(CHECK_ATTEMPTS):
                written = time.time_ns()
                with self.transaction() as transaction:
                    size = RECOVERY_CHECK_SIZE if self._lost_requests else CHECK_SIZE
                    transaction.check_writable(written, size)
                if self._store.reader.checked_at() == written:
                    self._lost_requests = False
                    return ""
        except StoreError as error:
            return str(error)
        return f"{self._store.database.name} does not return the written value: the file may have been replaced"

    def _refresh(self, transaction: Transaction) -> None:
        if transaction.change != self.settings.change:
            self.settings.update(transaction.key_settings_since(self.settings.change), transaction.change)
        if not self.keys:
            self.keys = set(transaction.keys())
