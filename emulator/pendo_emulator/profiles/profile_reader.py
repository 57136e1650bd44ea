"""Reads profiles and the positions of their derivation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, func, or_, select, tuple_

from pendo_emulator.storage.reader import table_clause
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.tables import EXCHANGES, PROFILE_POSITIONS, PROFILES

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement

    from pendo_emulator.storage.reader import Reader

_PROFILES: Final = table_clause(PROFILES)
_POSITIONS: Final = table_clause(PROFILE_POSITIONS)
_EXCHANGES: Final = table_clause(EXCHANGES)


class Position(NamedTuple):
    """The position of a key's derivation; the members are those of ProfilePositionRow."""

    last_id: int
    derivation: int
    token: str


class Order(NamedTuple):
    """A page of profiles: those after `after`, at most `limit`.

    They are ordered by id, or the ones that were seen last come first. `after` is the id of the last profile of the
    previous page, and the time when it was last seen.
    """

    limit: int
    latest_first: bool = False
    after: tuple[int, str] | None = None


class ProfileReader:
    """Reads the profiles of a store; every method raises StoreError if the store cannot be read."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def position(self, api_key: str) -> Position | None:
        """Return the position of a key's derivation, None if the key has no profiles."""
        columns = (_POSITIONS.c.last_id, _POSITIONS.c.derivation, _POSITIONS.c.token)
        rows = self._reader.fetch_all(select(*columns).where(_POSITIONS.c.api_key == storable(api_key)))
        return next((Position(*row) for row in rows), None)

    def last_id(self, api_key: str) -> int:
        """Return the id of a key's last exchange, 0 if it has none."""
        last = select(func.max(_EXCHANGES.c.id)).where(_EXCHANGES.c.api_key == storable(api_key))
        return int(self._reader.fetch_all(last)[0][0] or 0)

    def count_after(self, api_key: str, after: int) -> int:
        """Count the exchanges of a key after an id."""
        wanted = (_EXCHANGES.c.api_key == storable(api_key), _EXCHANGES.c.id > after)
        return int(self._reader.fetch_all(select(func.count()).select_from(_EXCHANGES).where(*wanted))[0][0])

    def behind(self, last_ids: dict[str, int]) -> list[str]:
        """List the keys with profiles that do not contain an exchange yet; `last_ids` has one for each key."""
        wanted = [
            and_(_POSITIONS.c.api_key == key, _POSITIONS.c.last_id < last_id) for key, last_id in last_ids.items()
        ]
        rows = self._reader.fetch_all(select(_POSITIONS.c.api_key).where(or_(*wanted))) if wanted else ()
        return [api_key for (api_key,) in rows]

    def documents(self, api_key: str, kind: str, ids: Collection[str]) -> dict[str, str]:
        """Return the documents of profiles by id; ids without a profile are left out."""
        if not ids:
            return {}
        statement = select(_PROFILES.c.id, _PROFILES.c.document).where(
            *_of_kind(api_key, kind), _PROFILES.c.id.in_(sorted(map(storable, ids)))
        )
        return dict(self._reader.fetch_all(statement))

    def page(self, api_key: str, kind: str, search: str, order: Order) -> dict[str, str]:
        """Return a page of documents by id; `search` is a part of the search text, "" selects all."""
        statement = select(_PROFILES.c.id, _PROFILES.c.document).where(*_of_kind(api_key, kind))
        if search:
            statement = statement.where(_PROFILES.c.search.contains(storable(search.lower()), autoescape=True))
        seen, id_ = _PROFILES.c.last_seen, _PROFILES.c.id
        if order.after:
            last_seen, last = order.after
            last = storable(last)
            older = tuple_(seen, id_) < tuple_(last_seen, last)
            statement = statement.where(older if order.latest_first else id_ > last)
        statement = statement.order_by(*((seen.desc(), id_.desc()) if order.latest_first else (id_,)))
        return dict(self._reader.fetch_all(statement.limit(order.limit)))

    def count(self, api_key: str, kind: str) -> int:
        """Count the profiles of a key."""
        statement = select(func.count()).select_from(_PROFILES).where(*_of_kind(api_key, kind))
        return int(self._reader.fetch_all(statement)[0][0])


def _of_kind(api_key: str, kind: str) -> tuple[ColumnElement[Any], ...]:
    return _PROFILES.c.api_key == storable(api_key), _PROFILES.c.kind == kind
