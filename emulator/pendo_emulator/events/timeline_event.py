"""TimelineEvent: one event of the timeline, made from the store's index of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict

from pendo_contracts.common.safe_text import cut
from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_contracts.wire.region import locate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.storage.event_scan import IndexRow

EventVerdict: TypeAlias = Literal["kept", "broken", "not-judged"]

REQUEST_TYPE: Final = "request"
VERDICTS: Final[tuple[EventVerdict, ...]] = ("kept", "broken", "not-judged")
# Characters of a value in a document; a sender can choose values of megabytes.
SHOWN: Final = 300

_ENDPOINTS: Final = {endpoint.name: endpoint for endpoint in ENDPOINTS}


class TimelineEvent(Struct, frozen=True, gc=False):
    """One event that arrived, or one request without events that is broken or not judged.

    `request` is the number of the exchange, `index` the event's position in its payload, None for a request without
    events. `time` is the time of arrival in milliseconds since 1970. `region` is the region's name, or the kind of a
    host without a region (`cname`, `local`, `unlisted`). `verdict` is about the event itself, `good` about its whole
    request. `status` is the status of the answer, 0 without an answer. `fault` and `rejection` say why the emulator did
    not accept the request, "" otherwise.
    """

    request: int
    index: int | None
    time: int
    type: str
    name: str | None
    visitor: str | None
    account: str | None
    key: str
    region: str
    host: str
    endpoint: str
    verdict: EventVerdict
    good: bool
    status: int
    fault: str
    rejection: str

    @property
    def id(self) -> str:
        """The number of the request and the position in it: `17.0`; `17` for a request without events."""
        return str(self.request) if self.index is None else f"{self.request}.{self.index}"

    @property
    def accepted(self) -> bool:
        """Whether the emulator took the request: Pendo would have the event."""
        return not self.rejection and (not self.fault or 200 <= self.status < 300)

    def as_document(self) -> dict[str, Any]:
        """Return the event as JSON; texts have at most SHOWN characters."""
        document = {"id": self.id} | asdict(self)
        return {name: cut(value, SHOWN) if isinstance(value, str) else value for name, value in document.items()}


def list_events(row: IndexRow) -> Iterator[TimelineEvent]:
    """Yield the timeline's events of an exchange, in the order of its payload."""
    host = locate(row.netloc).host
    place = (row.api_key, row.region, host, row.endpoint)
    result = (row.good, row.status, row.fault, row.rejection)
    for index, event in enumerate(row.events):
        identity = (event.type, event.name, event.visitor_id, event.account_id)
        verdict: EventVerdict = "kept" if event.kept else "broken"
        yield TimelineEvent(row.id, index, row.received_at, *identity, *place, verdict, *result)
    if not row.events and (not row.good or _is_not_judged(row)):
        verdict = "not-judged" if row.good else "broken"
        yield TimelineEvent(row.id, None, row.received_at, REQUEST_TYPE, None, None, None, *place, verdict, *result)


def _is_not_judged(row: IndexRow) -> bool:
    """Return whether no contract applies to a good request without events.

    Its path is unknown, or it is a replay that is too large to judge.
    """
    endpoint = _ENDPOINTS.get(row.endpoint)
    return endpoint is None or (endpoint.carrier == "zlib" and row.method in endpoint.methods)
