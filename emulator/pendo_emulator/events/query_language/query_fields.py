"""The fields of the query language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.wire.region import REGIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACES: Final = (*REGIONS, "cname", "local", "unlisted")
# The values of `is:`.
STATES: Final = ("kept", "broken", "not-judged", "good", "bad", "accepted", "lost")


class Field(NamedTuple):
    """What a field selects, an example, and its values if no other value can match."""

    purpose: str
    example: str
    values: tuple[str, ...] = ()


FIELDS: Final[Mapping[str, Field]] = {
    "type": Field("the event's type; `request` for a request without events", "type:track"),
    "name": Field("the name of a track event", 'name:"Signed Up"'),
    "visitor": Field("the visitor's id", "visitor:u1"),
    "account": Field("the account's id", "account:acme"),
    "region": Field("the region, or the kind of a host without a region", "region:eu", PLACES),
    "host": Field("the host that the request was sent to", "host:*.pendo.io"),
    "key": Field("the API key", "key:demo"),
    "endpoint": Field("the endpoint's name, or the path of an unknown endpoint", "endpoint:ptm.gif"),
    "is": Field(
        "the event: kept, broken, not-judged; its request: good, bad, accepted (by the emulator), lost",
        "is:broken", STATES,
    ),
    "status": Field("the status of the answer", "status:200"),
    "request": Field("the number of the request", "request:17"),
    "since": Field("arrived at this time or later: an age such as 30s, 5m, 2h, 7d, or a date and time", "since:5m"),
    "until": Field("arrived before this time", "until:2026-01-31T12:00"),
}  # fmt: skip
TIME_FIELDS: Final = frozenset({"since", "until"})
NUMBER_FIELDS: Final = frozenset({"status", "request"})
