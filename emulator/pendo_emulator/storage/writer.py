"""The one connection that writes to the store; exchange ids follow the order of the commits."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager, suppress
from os import urandom
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct

from pendo_contracts.wire.beacon import KEY_LIMIT
from pendo_emulator.errors import StoreError
from pendo_emulator.storage.engage_statements import ENGAGE_STATEMENTS, PROFILE_STATEMENTS
from pendo_emulator.storage.event_index import decode_index
from pendo_emulator.storage.migration import migrate
from pendo_emulator.storage.recent_rows import RecentRows
from pendo_emulator.storage.rows import ANY_TYPE, count_rows, counted_endpoint, exchange_row
from pendo_emulator.storage.tables import (
    ACTIVE_KEYS,
    CLEARED_KEYS,
    COUNTS,
    EXCHANGES,
    KEY_SETTINGS,
    PLANS,
    SOURCE_REPORTS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pendo_emulator.exchange import Exchange
    from pendo_emulator.storage.database import Database
    from pendo_emulator.storage.tables import KeySettingsRow

_STATEMENTS: Final = {
    "begin": "UPDATE journal SET last_id = last_id + ? RETURNING last_id, change",
    "next change": "UPDATE journal SET change = change + 1 RETURNING change",
    "check": "UPDATE journal SET checked_at = ?",
    "add exchange": EXCHANGES.insert(),
    "delete exchange": "DELETE FROM exchanges WHERE id = ? RETURNING region, endpoint, good, CAST(events AS TEXT)",
    "delete exchanges": "DELETE FROM exchanges WHERE api_key = ?",
    "add count": COUNTS.upsert("{column} = {table}.{column} + excluded.{column}"),
    "delete counts": "DELETE FROM counts WHERE api_key = ?",
    "delete empty counts": "DELETE FROM counts WHERE api_key = ? AND received <= 0",
    "keys": "SELECT DISTINCT api_key FROM counts",
    "find key": "SELECT 1 FROM counts WHERE api_key = ? LIMIT 1",
    "set key settings": KEY_SETTINGS.upsert(),
    "key settings": KEY_SETTINGS.select("change > ?"),
    "set active": ACTIVE_KEYS.upsert(),
    "active keys": "SELECT api_key FROM active_keys WHERE used_at > ?",
    "delete inactive": "DELETE FROM active_keys WHERE used_at <= ?",
    "set plan": PLANS.upsert(),
    "set cleared": CLEARED_KEYS.upsert(),
    "delete cleared": "DELETE FROM cleared_keys WHERE change <= ?",
    "last source report": "SELECT coalesce(max(number), 0) FROM source_reports WHERE api_key = ?",
    "add source report": SOURCE_REPORTS.insert(),
    "delete source reports": "DELETE FROM source_reports WHERE api_key = ? AND number <= ?",
    **PROFILE_STATEMENTS,
    **ENGAGE_STATEMENTS,
}

# There is one plan for all keys.
_PLAN: Final = "server"
# Changes after which the store forgets that a key was cleared, so that the table stays small.
CLEARED_FOR: Final = 10_000
# Above every number in the store.
MAX_NUMBER: Final = 2**62
# Longer than any API key.
_FILLER_KEY: Final = "room for requests ".ljust(KEY_LIMIT + 1, ".")
# The errors that SQLite reports if a file cannot grow.
_FULL_DISK: Final = ("SQLITE_FULL", "SQLITE_IOERR_WRITE")
_FULL_DISK_HINT: Final = (
    "; free space on its disk, or raise the limit for files: deleting exchanges needs room in the store's log too"
)


class StoreWriter:
    """Writes to the store, one transaction at a time: the caller holds a lock.

    `recent_rows` has the rows of the last exchanges while open streams need them. After a failed write the connection
    is closed, and the next write opens a new one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = {name: database.render(statement) for name, statement in _STATEMENTS.items()}
        self.recent_rows = RecentRows()
        self._cursor: Any = None
        with self._translated_errors():
            self._open()

    @contextmanager
    def transaction(self, exchanges: int = 0) -> Iterator[Transaction]:
        """Begin a transaction that reserves ids for a number of exchanges, and commit it.

        Other writers of the same store wait, so ids are committed in order and readers that page by id miss no
        exchange. Raises StoreError, with nothing written, if the store cannot be written.
        """
        with self._translated_errors():
            cursor = self._cursor or self._open()
            self._database.begin(cursor)
            cursor.execute(self._statements["begin"], (exchanges,))
            last_id, change = cursor.fetchone()
            written: list[tuple[Any, ...]] | None = [] if self.recent_rows.is_read else None
            yield Transaction(cursor, self._statements, last_id - exchanges + 1, change, written)
            cursor.execute("COMMIT")
            if written:
                self.recent_rows.add(written)

    def close(self) -> None:
        """Close the connection; this rolls back an open transaction.

        Close the cursor first: SQLite keeps its lock until the last statement is finalized, and a traceback may refer
        to the cursor.
        """
        cursor, self._cursor = self._cursor, None
        for closable in (cursor, cursor.connection) if cursor else ():
            with suppress(self._database.errors):
                closable.close()

    def damage(self) -> str:
        """Return what happened to the files of the store since the last transaction, or ""; needs no lock."""
        cursor = self._cursor
        with suppress(self._database.errors):  # closed meanwhile
            return self._database.damage(cursor.connection) if cursor else ""
        return ""

    def _open(self) -> Any:
        self._cursor = self._database.connect().cursor()
        migrate(self._cursor, self._database)
        return self._cursor

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Turn the driver's errors into StoreError; roll back on any exception by closing the connection."""
        succeeded = False
        try:
            yield
            succeeded = True
        except self._database.errors as error:
            raise StoreError(self._describe(error)) from error
        finally:
            if not succeeded:
                self.close()

    def _describe(self, error: Exception) -> str:
        text = str(error).strip() or type(error).__name__
        hint = _FULL_DISK_HINT if getattr(error, "sqlite_errorname", "").startswith(_FULL_DISK) else ""
        return f"{self._database.name} cannot be written: {text}{hint}"


class Transaction(Struct, frozen=True):
    """One transaction; `first_id` is the id of its first exchange, `change` the number of the last settings change.

    `written` gets the rows of the exchanges, unless it is None.
    """

    _cursor: Any
    _statements: Mapping[str, str]
    first_id: int
    change: int
    written: list[tuple[Any, ...]] | None = None

    def write(self, exchanges: Sequence[Exchange]) -> None:
        """Write exchanges and add them and their events to the counts."""
        rows = [exchange_row(exchange) for exchange in exchanges]
        self.write_rows("add exchange", rows)
        if self.written is not None:
            self.written.extend(rows)
        self.write_rows("add count", list(count_rows(exchanges)))

    def key_settings_since(self, change: int) -> list[KeySettingsRow]:
        """Read the key settings that were changed after a change."""
        rows = self.read_rows("key settings", change)
        return [cast("KeySettingsRow", dict(zip(KEY_SETTINGS.columns, row, strict=True))) for row in rows]

    def set_key_settings(self, settings: Iterable[tuple[str, str, str]]) -> int:
        """Write key settings, each as key, faults and subscription; return the number of this change."""
        ((change,),) = self.read_rows("next change")
        rows: list[KeySettingsRow] = [
            {"api_key": api_key, "faults": faults, "subscription": subscription, "change": change}
            for api_key, faults, subscription in settings
        ]
        self.write_rows("set key settings", [KEY_SETTINGS.in_order(row) for row in rows])
        return int(change)

    def set_plan(self, document: str) -> None:
        """Replace the tracking plan of the server; "" deletes it."""
        self.write_rows("set plan", [(_PLAN, document)])

    def mark_in_use(self, api_key: str, now: int) -> None:
        """Record that a key was used at the time `now`, in milliseconds since 1970."""
        self.write_rows("set active", [(api_key, now)])

    def delete_inactive_keys(self, until: int) -> None:
        """Delete the records of `mark_in_use` up to a time in milliseconds since 1970."""
        self.write_rows("delete inactive", [(until,)])

    def check_writable(self, now: int, size: int) -> None:
        """Write a new value and a text of `size` characters, because a full disk can still have room for a few bytes.

        All content is new, because SQLite does not write an unchanged page. The text stays in the store, in a row of
        the key settings that no key can have and that no change refers to.
        """
        self.write_rows("check", [(now,)])
        self.write_rows("set key settings", [(_FILLER_KEY, urandom(size // 2).hex(), "{}", 0)])

    def keys(self) -> list[str]:
        """List the keys that have exchanges."""
        return [api_key for (api_key,) in self.read_rows("keys")]

    def has_key(self, api_key: str) -> bool:
        """Return whether a key has exchanges."""
        return bool(self.read_rows("find key", api_key))

    def clear(self, api_key: str) -> int:
        """Delete one key's exchanges and profiles, and what clients of the Engage API made; number this change.

        Returns how many exchanges there were.
        """
        self.write_rows("delete counts", [(api_key,)])
        self.write_rows("delete exchanges", [(api_key,)])
        deleted: int = self._cursor.rowcount
        self.delete_profiles(api_key)
        self.write_rows("delete profile position", [(api_key,)])
        self.write_rows("delete engage objects of clients", [(api_key,)])
        self.write_rows("delete source reports", [(api_key, MAX_NUMBER)])
        ((change,),) = self.read_rows("next change")
        self.write_rows("set cleared", [(api_key, change)])
        self.write_rows("delete cleared", [(change - CLEARED_FOR,)])
        return deleted

    def delete_profiles(self, api_key: str) -> int:
        """Delete the profiles and event rows of a key; return how many profiles there were."""
        self.write_rows("delete event rows", [(api_key,)])
        self.write_rows("delete schemas", [(api_key,)])
        self.write_rows("delete profiles", [(api_key,)])
        return int(self._cursor.rowcount)

    def delete(self, exchanges: Iterable[tuple[int, str]], active_since: int) -> None:
        """Delete exchanges, given by id and key, and subtract them from the counts.

        Skips keys that were used after `active_since`, in milliseconds since 1970.
        """
        deleted: Counter[tuple[str, str, str, str, bool]] = Counter()
        active = {api_key for (api_key,) in self.read_rows("active keys", active_since)}
        for number, api_key in exchanges:
            if api_key in active:
                continue
            for region, endpoint, good, events in self.read_rows("delete exchange", number):
                place = (api_key, region, counted_endpoint(endpoint))
                deleted[*place, ANY_TYPE, bool(good)] += 1
                deleted.update((*place, event.type, event.kept) for event in decode_index(events))
        rows = [(*place, -number, 0 if kept else -number) for (*place, kept), number in deleted.items()]
        self.write_rows("add count", rows)
        self.write_rows("delete empty counts", [(api_key,) for api_key in {row[0] for row in rows}])

    def read_rows(self, statement: str, *values: Any) -> list[Any]:
        """Execute a statement by its name, and return all rows of its result."""
        self._cursor.execute(self._statements[statement], values)
        rows: list[Any] = self._cursor.fetchall()
        return rows

    def write_rows(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute a statement by its name once for each row."""
        if rows:
            self._cursor.executemany(self._statements[statement], rows)
