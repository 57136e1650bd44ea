"""Reads profiles and the positions of their derivation."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from sqlalchemy import BindParameter, and_, bindparam, func, or_, select, tuple_

from pendo_contracts.judged_request import JudgedRequest
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.profiles.api_writes import WRITING_METHODS, WRITING_PATHS
from pendo_emulator.profiles.limits import SEARCH_SIZE, cut_text
from pendo_emulator.profiles.observation import ENDPOINTS_WITH_EVENTS
from pendo_emulator.storage.query import PAGE_BYTES
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


# Without these conditions, most of the rows would be requests for guides, scripts and configurations.
_CHANGES_PROFILES: Final = (
    or_(
        _EXCHANGES.c.endpoint.in_(sorted(ENDPOINTS_WITH_EVENTS)),
        and_(
            or_(*(_EXCHANGES.c.endpoint.startswith(path, autoescape=True) for path in WRITING_PATHS)),
            _EXCHANGES.c.method.in_(WRITING_METHODS),
        ),
    ),
    _EXCHANGES.c.status.between(200, 299),
    _EXCHANGES.c.rejection == "",
)
_SIZE: Final = (_EXCHANGES.c.id, func.length(_EXCHANGES.c.url) + func.length(_EXCHANGES.c.body))
_REQUEST: Final = tuple(
    _EXCHANGES.c[name] for name in ("id", "method", "url", "headers", "body", "received_at", "status", "notes")
)
_NO_NOTES: Final = "[]"
# The statements of every question are built once.
_KEY: Final[BindParameter[str]] = bindparam("api_key")
_POSITION: Final = select(_POSITIONS.c.last_id, _POSITIONS.c.derivation, _POSITIONS.c.token).where(
    _POSITIONS.c.api_key == _KEY
)
_LAST_ID: Final = select(func.max(_EXCHANGES.c.id)).where(_EXCHANGES.c.api_key == _KEY)
_BETWEEN: Final = (
    _EXCHANGES.c.api_key == _KEY,
    *_CHANGES_PROFILES,
    _EXCHANGES.c.id.between(bindparam("first"), bindparam("last")),
)
_ANY_REQUEST: Final = select(_EXCHANGES.c.id).where(*_BETWEEN).limit(1)
_SIZES: Final = select(*_SIZE).where(*_BETWEEN).order_by(_EXCHANGES.c.id).limit(bindparam("limit"))
_REQUESTS: Final = select(*_REQUEST).where(*_BETWEEN).order_by(_EXCHANGES.c.id)
_DOCUMENTS: Final = select(_PROFILES.c.id, _PROFILES.c.document).where(
    _PROFILES.c.api_key == _KEY,
    _PROFILES.c.kind == bindparam("kind"),
    _PROFILES.c.id.in_(bindparam("ids", expanding=True)),
)
# In characters: the requests of a page have equal headers, which are short.
_SHORT_HEADERS: Final = 2_000
_decode = msgspec.json.Decoder().decode
_decode_again = lru_cache(maxsize=1024)(_decode)


class Request(NamedTuple):
    """A request that can change profiles, and the number of its exchange."""

    number: int
    request: JudgedRequest


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
        rows = self._reader.fetch_tuples(_POSITION, {"api_key": storable(api_key)})
        return next((Position(*row) for row in rows), None)

    def last_id(self, api_key: str) -> int:
        """Return the id of a key's last exchange, 0 if it has none."""
        return int(self._reader.fetch_tuples(_LAST_ID, {"api_key": storable(api_key)})[0][0] or 0)

    def requests(self, api_key: str, after: int, until: int, limit: int) -> tuple[list[Request], int]:
        """Read the next requests that can change profiles, up to the id `until`; return them and the last id read.

        There are at most `limit`, and fewer if they would exceed PAGE_BYTES.
        """
        wanted = {"api_key": storable(api_key), "first": after + 1, "last": until}
        sizes = self._reader.fetch_tuples(_SIZES, {**wanted, "limit": limit})
        totals = accumulate((size for _, size in sizes), initial=0)
        page = [number for (number, _), before in zip(sizes, totals, strict=False) if before < PAGE_BYTES]
        last = page[-1] if len(page) == limit or len(page) < len(sizes) else until
        if not page:
            return [], last
        wanted |= {"first": page[0], "last": page[-1]}
        return [_request(*row) for row in self._reader.fetch_tuples(_REQUESTS, wanted)], last

    def has_requests(self, api_key: str, after: int, until: int) -> bool:
        """Return whether a request after an id, up to the id `until`, can change profiles."""
        wanted = {"api_key": storable(api_key), "first": after + 1, "last": until}
        return bool(self._reader.fetch_tuples(_ANY_REQUEST, wanted))

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
        wanted = {"api_key": storable(api_key), "kind": kind, "ids": sorted(map(storable, ids))}
        return dict(self._reader.fetch_tuples(_DOCUMENTS, wanted))

    def page(self, api_key: str, kind: str, search: str, order: Order) -> dict[str, str]:
        """Return a page of documents by id; `search` is a part of the search text, "" selects all."""
        statement = select(_PROFILES.c.id, _PROFILES.c.document).where(*_of_kind(api_key, kind))
        if search:
            part = cut_text(search.lower(), SEARCH_SIZE)
            statement = statement.where(_PROFILES.c.search.contains(part, autoescape=True))
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


def _request(
    number: int, method: str, url: str, headers: str, body: bytes, received_at: int, status: int, notes: str
) -> Request:
    """Return a stored request; the parameters are the columns of _REQUEST."""
    read_headers = _decode_again if len(headers) <= _SHORT_HEADERS else _decode
    envelope = Envelope(method, url, read_headers(headers), body, received_at)
    kept = () if notes == _NO_NOTES else tuple(_decode(notes))
    return Request(number, JudgedRequest(envelope, from_envelope(envelope), (), good=True, notes=kept, status=status))


def _of_kind(api_key: str, kind: str) -> tuple[ColumnElement[Any], ...]:
    return _PROFILES.c.api_key == storable(api_key), _PROFILES.c.kind == kind
