"""RecordedRequest: one entry of a recording, reduced to what an inspection needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import cut
from pendo_contracts.recordings.entry import Entry
from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.region import locate
from pendo_emulator.inspection.reading.engage_calls import read_engage_call

if TYPE_CHECKING:
    from pendo_emulator.inspection.reading.documents import Document
    from pendo_emulator.inspection.reading.engage_calls import EngageCall
    from pendo_emulator.inspection.reading.segment_traffic import SegmentCall, SegmentSettings

MAX_URL: Final = 4_000
_DESTINATIONS: Final = {"empty": "fetch", "iframe": "document", "frame": "document"}


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One entry of a recording.

    `time` is in milliseconds since 1970 or since the start of a capture, 0 if it is missing; `duration` is in
    milliseconds. `resource` is the browser's type of the request (document, script, image, xhr, fetch, preflight), ""
    if it is unknown. `page` is the HAR's page reference. `status` is 0 without an answer, None if it is unknown.
    `reason` is the recorder's text about a failure.
    """

    where: str
    method: str
    url: str
    time: int = 0
    duration: float = 0.0
    resource: str = ""
    page: str = ""
    referer: str = ""
    status: int | None = None
    reason: str = ""
    mime: str = ""
    opted_out: bool = False
    document: Document | None = None
    segment_settings: SegmentSettings | None = None
    segment_call: SegmentCall | None = None
    engage_call: EngageCall | None = None

    @property
    def scheme(self) -> str:
        """The scheme of the URL in lower case."""
        return self.url.partition(":")[0].lower()

    @property
    def host(self) -> str:
        """The host of the URL in lower case, without port."""
        return locate(split_url(self.url)[0]).host

    @property
    def path(self) -> str:
        """The path of the URL."""
        return split_url(self.url)[1]


class InspectedEntry(Entry, frozen=True):
    """An entry of a HAR with everything that an inspection needs; `envelope` is None unless it is for Pendo."""

    request: RecordedRequest | None = None


def request_of(entry: Entry) -> RecordedRequest | None:
    """Return the request of an entry of any recording; None for an entry that cannot be read."""
    if isinstance(entry, InspectedEntry):
        return entry.request
    if (envelope := entry.envelope) is None:
        return None
    find = envelope.headers.get
    resource = find("sec-fetch-dest", "")
    return RecordedRequest(
        entry.where, envelope.method, cut(envelope.url, MAX_URL), envelope.received_at,
        resource=_DESTINATIONS.get(resource, resource), referer=cut(find("referer", ""), MAX_URL),
        status=entry.status, reason=entry.not_received or entry.fault,
        engage_call=read_engage_call(envelope.method, envelope.url, envelope.headers.keys(), "", entry.status),
    )  # fmt: skip


def origin_of(url: str) -> str:
    """Return the origin of a URL (`https://host:port`), "" for a URL without a host."""
    netloc = split_url(url)[0]
    return f"{url.partition(':')[0].lower()}://{netloc.lower()}" if netloc else ""
