"""Journal: the one connection that writes; what it commits is numbered in the order in which it is committed."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.recorder.key_settings import KeySettingsRow
from pendo_emulator.storage.database import StoreError
from pendo_emulator.storage.migration import migrate
from pendo_emulator.storage.rows import THE_REQUEST, exchange_row, tallied, tally_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pendo_emulator.exchange import Exchange
    from pendo_emulator.storage.database import Database

_STATEMENTS: Final = {
    "begin": "UPDATE journal SET last_id = last_id + ? RETURNING last_id, change",
    "change": "UPDATE journal SET change = change + 1 RETURNING change",
    "exchange": "INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "tally": "INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (api_key, region, endpoint, type) DO UPDATE SET"
    " received = tallies.received + excluded.received, broken = tallies.broken + excluded.broken",
    "keys": "SELECT DISTINCT api_key FROM tallies",
    "setups": "SELECT api_key, faults, subscription FROM setups WHERE change > ?",
    "set up": "INSERT INTO setups VALUES (?, ?, ?, ?) ON CONFLICT (api_key) DO UPDATE SET"
    " faults = excluded.faults, subscription = excluded.subscription, change = excluded.change",
    "probe": "UPDATE journal SET probed_at = ?",
    "ask": "INSERT INTO tests VALUES (?, ?) ON CONFLICT (api_key) DO UPDATE SET asked_at = excluded.asked_at",
    "forget exchange": "DELETE FROM exchanges WHERE id = ? RETURNING region, endpoint, good, CAST(events AS TEXT)",
    "forget tally": "DELETE FROM tallies WHERE api_key = ? AND received <= 0",
    "asked": "SELECT api_key FROM tests WHERE asked_at > ?",
    "known": "SELECT 1 FROM tallies WHERE api_key = ? LIMIT 1",
    "forget question": "DELETE FROM tests WHERE asked_at <= ?",
    "clear exchanges": "DELETE FROM exchanges WHERE api_key = ?",
    "clear tallies": "DELETE FROM tallies WHERE api_key = ?",
}


class StoreWriter:
    """Writes to the store, one transaction at a time: the Recorder's lock sees to that.

    Where a write fails the connection is given up, and the next write opens another.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = {name: database.spell(statement) for name, statement in _STATEMENTS.items()}
        self._cursor: Any = None
        with self._explained():
            self._open()

    @contextmanager
    def entry(self, exchanges: int = 0) -> Iterator[Transaction]:
        """Begin a transaction that takes the next numbers for some exchanges, and commit it.

        Other writers of the same store wait: who reads by number never finds one that comes before one he has seen.
        Raises StoreError, and nothing is written, where the store cannot be written.
        """
        with self._explained():
            cursor = self._cursor or self._open()
            self._database.begin(cursor)
            cursor.execute(self._statements["begin"], (exchanges,))
            last_id, change = cursor.fetchone()
            yield Transaction(cursor, self._statements, last_id - exchanges + 1, change)
            cursor.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        cursor, self._cursor = self._cursor, None
        if cursor:
            with suppress(self._database.errors):
                cursor.connection.close()

    def _open(self) -> Any:
        self._cursor = self._database.connect().cursor()
        migrate(self._cursor, self._database)
        return self._cursor

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say as StoreError what the driver raises; whatever is raised, what was begun is taken back."""
        whole = False
        try:
            yield
            whole = True
        except self._database.errors as error:
            raise StoreError(f"{self._database.name}: {str(error).strip() or type(error).__name__}") from error
        finally:
            if not whole:
                self.close()


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction: `first_id` is the number of its first exchange, `change` that of the last change of setups."""

    _cursor: Any
    _statements: Mapping[str, str]
    first_id: int
    change: int

    def write(self, exchanges: Sequence[Exchange]) -> None:
        """Write exchanges, and add them and their events to the tallies."""
        self._each("exchange", [exchange_row(exchange) for exchange in exchanges])
        self._each("tally", list(tally_rows(exchanges)))

    def setups_since(self, change: int) -> list[KeySettingsRow]:
        """Read the setups that were changed after a change."""
        return [KeySettingsRow(*row) for row in self._all("setups", change)]

    def set_up(self, rows: Iterable[KeySettingsRow]) -> int:
        """Write setups; return the number of the change that this is."""
        ((change,),) = self._all("change")
        self._each("set up", [(*row, change) for row in rows])
        return int(change)

    def ask(self, api_key: str, now: int) -> None:
        """Note that a test asked about a key, at a time in milliseconds since 1970."""
        self._each("ask", [(api_key, now)])

    def probe(self, now: int) -> None:
        """Write something new: SQLite does not touch the disk for what is there already."""
        self._each("probe", [(now,)])

    def keys(self) -> list[str]:
        """Name the keys that there is anything of."""
        return [api_key for (api_key,) in self._all("keys")]

    def knows(self, api_key: str) -> bool:
        """Tell whether there is anything of a key."""
        return bool(self._all("known", api_key))

    def clear(self, api_key: str) -> int:
        """Delete one key's exchanges; return how many there were."""
        for statement in ("clear tallies", "clear exchanges"):
            self._each(statement, [(api_key,)])
        deleted: int = self._cursor.rowcount
        return deleted

    def forget(self, exchanges: Iterable[tuple[int, str]], asked_since: int) -> None:
        """Delete exchanges, given by number and key, and take them off the tallies.

        Keys that somebody asked about after a time in milliseconds since 1970 are left as they are.
        """
        tallies: Counter[tuple[str, str, str, str, bool]] = Counter()
        asked = {api_key for (api_key,) in self._all("asked", asked_since)}
        for number, api_key in exchanges:
            if api_key in asked:
                continue
            for region, endpoint, good, events in self._all("forget exchange", number):
                place = (api_key, region, tallied(endpoint))
                tallies[*place, THE_REQUEST, bool(good)] += 1
                for kind, *_, kept in json.loads(events):
                    tallies[*place, kind, kept] += 1
        rows = [(*place, -number, 0 if kept else -number) for (*place, kept), number in tallies.items()]
        self._each("tally", rows)
        self._each("forget tally", [(row[0],) for row in rows])

    def forget_questions(self, until: int) -> None:
        """Forget who asked about keys up to a time in milliseconds since 1970."""
        self._each("forget question", [(until,)])

    def _all(self, statement: str, *values: Any) -> list[Any]:
        self._cursor.execute(self._statements[statement], values)
        rows: list[Any] = self._cursor.fetchall()
        return rows

    def _each(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._cursor.executemany(self._statements[statement], rows)
