"""The objects of Pendo's Engage API that the emulator keeps: pages, features, segments, guides and others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sqlalchemy import select

from pendo_emulator.storage.reader import table_clause
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.tables import ENGAGE_OBJECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_emulator.recorder.write_access import WriteAccess
    from pendo_emulator.storage.store import Store

# Who made an object: a client of the Engage API, or the user who set the emulator up.
Origin: TypeAlias = Literal["api", "set-up"]

_OBJECTS: Final = table_clause(ENGAGE_OBJECTS)


class EngageObjects:
    """JSON documents by API key, kind and id; every method raises StoreError if the store cannot be used.

    They survive a restart and retention. Clearing an API key deletes those that clients of the Engage API made.
    """

    def __init__(self, store: Store, access: WriteAccess) -> None:
        self._store, self._access = store, access

    def get(self, api_key: str, kind: str, id_: str) -> dict[str, Any] | None:
        """Return a document, None if there is none."""
        statement = select(_OBJECTS.c.document).where(*_of_kind(api_key, kind), _OBJECTS.c.id == storable(id_))
        return next((json.loads(text) for (text,) in self._store.reader.fetch_all(statement)), None)

    def all(self, api_key: str, kind: str) -> dict[str, dict[str, Any]]:
        """Return all documents of a kind by id."""
        statement = select(_OBJECTS.c.id, _OBJECTS.c.document).where(*_of_kind(api_key, kind)).order_by(_OBJECTS.c.id)
        return {id_: json.loads(text) for id_, text in self._store.reader.fetch_all(statement)}

    def put(self, api_key: str, kind: str, id_: str, document: Mapping[str, Any], origin: Origin = "api") -> None:
        """Write a document, instead of the one with the same id."""
        with self._access.transaction() as transaction:
            transaction.write_rows("set engage object", [_row(api_key, kind, id_, origin, document)])

    def change(
        self,
        api_key: str,
        kind: str,
        id_: str,
        change: Callable[[dict[str, Any] | None], Mapping[str, Any] | None],
        origin: Origin = "api",
    ) -> dict[str, Any] | None:
        """Replace a document by the result of `change`, in one transaction; return the result.

        `change` gets None if there is no document; the document stays as it is if `change` returns None.
        """
        with self._access.transaction() as transaction:
            rows = transaction.read_rows("engage object", storable(api_key), kind, storable(id_))
            after = change(json.loads(rows[0][0]) if rows else None)
            if after is not None:
                transaction.write_rows("set engage object", [_row(api_key, kind, id_, origin, after)])
        return dict(after) if after is not None else None

    def replace_all(self, api_key: str, kind: str, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Replace all documents of a kind by those of the set-up, given by id."""
        with self._access.transaction() as transaction:
            transaction.write_rows("delete engage objects", [(storable(api_key), kind)])
            rows = [_row(api_key, kind, id_, "set-up", document) for id_, document in documents.items()]
            transaction.write_rows("set engage object", rows)

    def delete(self, api_key: str, kind: str, id_: str) -> bool:
        """Delete a document; return whether there was one."""
        with self._access.transaction() as transaction:
            return bool(transaction.read_rows("delete engage object", storable(api_key), kind, storable(id_)))


def _row(api_key: str, kind: str, id_: str, origin: Origin, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a row, in the order of the columns of ENGAGE_OBJECTS."""
    return storable(api_key), kind, storable(id_), origin, storable(json.dumps(document))


def _of_kind(api_key: str, kind: str) -> tuple[Any, ...]:
    return _OBJECTS.c.api_key == storable(api_key), _OBJECTS.c.kind == kind
