"""The index of an exchange's events: the data of each event that queries, counts and retention need."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from pendo_contracts.wire.event import read_identity, read_typed_identity
from pendo_emulator.storage.storable_text import storable

if TYPE_CHECKING:
    from pendo_emulator.exchange import Exchange

TYPE_LIMIT: Final = 200
# Characters of a URL that are kept or read for its host; the rest can be a payload of 64 KB.
URL_START: Final = 300


class IndexedEvent(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One event in the index. In the store it is a JSON array; POSITIONS gives the position of each field."""

    type: str
    name: str | None
    visitor_id: str | None
    account_id: str | None
    kept: bool


POSITIONS: Final = {name: position for position, name in enumerate(IndexedEvent.__struct_fields__)}


class ScannedRow(NamedTuple):
    """The index of one exchange as the store has it: `events` is JSON.

    `url` has its first URL_START characters; `size` is the size of the whole URL and the body in bytes.
    """

    id: int
    api_key: str
    region: str
    endpoint: str
    method: str
    url: str
    received_at: int
    status: int
    good: bool
    fault: str
    rejection: str
    size: int
    events: str


# The character NUL in JSON. A text that shows this escape has it too, and is only encoded more slowly.
_NUL: Final = "\\u0000"
_storable_type = lru_cache(maxsize=1024)(storable)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[IndexedEvent]).decode


def encode_index(exchange: Exchange) -> str:
    """Write the index of an exchange's events as JSON."""
    beacon = exchange.beacon
    read = read_typed_identity if beacon.typed else read_identity
    index: list[tuple[str | bool | None, ...]] = []
    for event, verdict in zip(beacon.events, exchange.verdicts[1:], strict=True):
        name, visitor_id, account_id = read(event.decoded)
        index.append((
            event.type[:TYPE_LIMIT],
            name if type(name) is str else None,
            visitor_id if type(visitor_id) is str else None,
            account_id if type(account_id) is str else None,
            not verdict.violations,
        ))  # fmt: skip
    return _encode_unchanged(index) or _encode_storable(index)


def _encode_unchanged(index: list[tuple[str | bool | None, ...]]) -> str | None:
    """Return an index as JSON, None if a text has a character that a database cannot store, which is rare."""
    try:
        text = _encode(index).decode()
    except UnicodeEncodeError:  # a lone surrogate
        return None
    return None if _NUL in text else text


def _encode_storable(index: list[tuple[str | bool | None, ...]]) -> str:
    return _encode([[storable(value) if isinstance(value, str) else value for value in row] for row in index]).decode()


def decode_index(text: str) -> list[IndexedEvent]:
    """Read the index of an exchange's events."""
    return _decode(text)


def indexed_type(name: str) -> str:
    """Return an event's type in the form that the store uses: short enough for a database's own indexes."""
    return _storable_type(name[:TYPE_LIMIT])
