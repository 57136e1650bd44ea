"""Query: what to look for in the store, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pendo_contracts.envelope import Envelope

PAGE_LIMIT: Final = 1000
PAGE_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; None means any.

    The event fields (`type`, `name`, `visitor_id`, `account_id`) select exchanges that carry such an event. `after`
    is the id of the last exchange already seen.
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


@dataclass(frozen=True, slots=True)
class Stored:
    """A recorded request as it lies in the store; decoding and judging it again gives its verdicts."""

    id: int
    status: int
    fault: str
    notes: tuple[str, ...]
    refusal: str
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Count:
    """How many events of a type were received in a region, and how many of them were broken."""

    region: str
    endpoint: str
    type: str
    received: int
    broken: int
