"""The requests for deletion of visitors and accounts of an API key, in the objects of the Engage API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

from pendo_emulator.engage.pipeline.expressions.periods import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendo_emulator.engage.store.objects import EngageObjects
    from pendo_emulator.profiles.profile import Kind

PENDING: Final = "pending"
DONE: Final = "complete"
_KIND: Final = "bulk-deletion"


class Deleted(NamedTuple):
    """The ids of the visitors and accounts that are deleted."""

    visitors: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()

    def has(self, kind: Kind, id_: str) -> bool:
        """Return whether a visitor or an account is deleted."""
        return id_ in (self.visitors if kind == "visitor" else self.accounts)


class Deletions:
    """The requests for deletion of one API key; every method raises StoreError if the store cannot be used.

    A request is pending until `days` after it was made, then its visitors or accounts are deleted. Times are in
    milliseconds since 1970.
    """

    def __init__(self, objects: EngageObjects, api_key: str, days: float) -> None:
        self._objects, self._api_key, self._days = objects, api_key, days

    def create(self, kind: Kind, ids: Sequence[str], now: int) -> dict[str, Any]:
        """Keep a request for deletion and return its document."""
        id_ = str(uuid4())
        document = {"id": id_, "kind": kind, "createdAt": now, "total": len(ids), "ids": list(ids)}
        self._objects.put(self._api_key, _KIND, id_, document)
        return self._state(document, now)

    def get(self, id_: str, now: int) -> dict[str, Any] | None:
        """Return one request with its state, None if there is none."""
        document = self._objects.get(self._api_key, _KIND, id_)
        return self._state(document, now) if document else None

    def all(self, now: int) -> list[dict[str, Any]]:
        """Return the requests with their states, the oldest first."""
        documents = self._objects.all(self._api_key, _KIND).values()
        return [self._state(one, now) for one in sorted(documents, key=lambda one: (one["createdAt"], one["id"]))]

    def deleted(self, now: int) -> Deleted:
        """Return the visitors and accounts of the requests that are done."""
        done = [one for one in self.all(now) if one["status"] == DONE]
        visitors, accounts = (
            frozenset(id_ for one in done if one["kind"] == kind for id_ in one["ids"])
            for kind in ("visitor", "account")
        )
        return Deleted(visitors, accounts)

    def _state(self, document: dict[str, Any], now: int) -> dict[str, Any]:
        is_done = now >= document["createdAt"] + self._days * DAY
        return document | {"status": DONE if is_done else PENDING}
