"""The reports of Segment sources: what a source did with each event, for the keys that it sends to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from pendo_emulator.storage.reader import table_clause
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.tables import SOURCE_REPORTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendo_emulator.recorder.write_access import WriteAccess
    from pendo_emulator.storage.store import Store

# The newest reports of a key that the store keeps.
KEPT_REPORTS: Final = 500

_REPORTS: Final = table_clause(SOURCE_REPORTS)


class SourceReports:
    """Keeps the newest KEPT_REPORTS reports of each key, for all processes that use the store.

    Every method raises StoreError if the store cannot be used.
    """

    def __init__(self, store: Store, access: WriteAccess) -> None:
        self._store, self._access = store, access

    def add(self, api_key: str, reports: Sequence[Mapping[str, Any]]) -> None:
        """Add reports, the oldest first, and delete the reports that are too old."""
        if not reports:
            return
        key = storable(api_key)
        with self._access.transaction() as transaction:
            ((last,),) = transaction.read_rows("last source report", key)
            rows = [(key, number, storable(json.dumps(report))) for number, report in enumerate(reports, last + 1)]
            transaction.write_rows("add source report", rows)
            transaction.write_rows("delete source reports", [(key, last + len(rows) - KEPT_REPORTS)])

    def newest(self, api_key: str, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` reports with their numbers, the newest first."""
        columns = (_REPORTS.c.number, _REPORTS.c.document)
        statement = select(*columns).where(_REPORTS.c.api_key == storable(api_key))
        rows = self._store.reader.fetch_all(statement.order_by(_REPORTS.c.number.desc()).limit(limit))
        return [{"number": int(number)} | json.loads(document) for number, document in rows]
