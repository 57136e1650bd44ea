"""Queries to the store, and their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from pendo_contracts.wire.envelope import Envelope

PAGE_LIMIT: Final = 1000
PAGE_BYTES: Final = 4 * 1024 * 1024


class Query(Struct, frozen=True):
    """A filter; None means any value.

    The event fields (`type`, `name`, `visitor_id`, `account_id`) select exchanges that contain such an event. `after`
    is the id of the last exchange that the caller has read.
    """

    api_key: str | None = None
    region: str | None = None
    endpoint: str | None = None
    good: bool | None = None
    type: str | None = None
    name: str | None = None
    visitor_id: str | None = None
    account_id: str | None = None
    after: int = 0


class StoredExchange(Struct, frozen=True):
    """The stored form of an exchange; its beacon can be decoded from the envelope.

    `api_key` is the key under which the exchange is stored: the one behind an integration key or a secret.
    `verdicts` is the text that `verdicts.encode_verdicts` wrote, None in exchanges from stores that did not keep
    verdicts. For these exchanges, `kept` has one value for each event: whether the event kept its contract.
    """

    id: int
    api_key: str
    status: int
    good: bool
    fault: str
    notes: tuple[str, ...]
    rejection: str
    envelope: Envelope
    verdicts: str | None
    kept: tuple[bool, ...]


class Count(Struct, frozen=True):
    """The number of events of a type that an endpoint of a region received, and how many of them were broken."""

    region: str
    endpoint: str
    type: str
    received: int
    broken: int
