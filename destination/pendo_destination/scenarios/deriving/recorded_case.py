"""RecordedCase: the pages and the requests to Pendo of a recording, as far as a scenario can repeat them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeGuard
from urllib.parse import urlsplit

from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.reading import read_recording
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.endpoint import find_endpoint

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_contracts.wire.beacon import Beacon
    from pendo_contracts.wire.envelope import Envelope

MAX_REQUESTS: Final = 5_000
# A HAR that is larger is read for its requests only, and not for its pages.
MAX_BYTES: Final = 256 * 1024 * 1024
SCRIPT: Final = "pendo.js"


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """A page: its time in milliseconds, its URL and policy, and what its text says about Pendo."""

    time: int
    url: str
    policy: str = ""
    has_snippet: bool = False
    starts: bool = False


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """A request to Pendo: `status` is 0 if it got no answer, for `reason`, and None if that is unknown."""

    envelope: Envelope
    beacon: Beacon
    status: int | None
    reason: str
    mime: str = ""
    text: str = ""

    @property
    def endpoint(self) -> str:
        """The name of the endpoint."""
        return self.beacon.endpoint_name

    @property
    def host(self) -> str:
        """The host in lower case, without port."""
        return self.beacon.place.host


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """A recording, in order of time; `ended` is the time of its last entry and `further` counts left out requests."""

    pages: tuple[RecordedPage, ...]
    answers: tuple[RecordedAnswer, ...]
    started: int
    ended: int
    further: int = 0

    @property
    def scripts(self) -> list[RecordedAnswer]:
        """The requests for the agent's script."""
        return [answer for answer in self.answers if answer.endpoint == SCRIPT]


def read_case(file: Path) -> RecordedCase:
    """Read a recording; raise OSError if it cannot be opened, RecordingError if it is not a recording."""
    entries = _har_entries(file)
    answers: list[RecordedAnswer] = []
    further = 0
    for entry in read_recording(file):
        if entry.envelope is None or entry.envelope.method == "OPTIONS":
            continue
        if len(answers) >= MAX_REQUESTS:
            further += 1
            continue
        content = _content(entries, entry.where)
        beacon = from_envelope(entry.envelope)
        if beacon.endpoint is not None:
            answers.append(
                RecordedAnswer(
                    entry.envelope, beacon, entry.status, entry.not_received or entry.fault,
                    str(content.get("mimeType", "")), str(content.get("text", ""))[:1000],
                )
            )  # fmt: skip
    answers.sort(key=lambda answer: answer.envelope.received_at)
    pages = tuple(page for entry in entries if (page := _page(entry)))
    times = [time for entry in entries if (time := _time(entry))]
    times += [answer.envelope.received_at for answer in answers if answer.envelope.received_at]
    if not times and not entries and not answers:
        raise RecordingError(f"{file} has no requests to Pendo and no pages")
    return RecordedCase(pages, tuple(answers), min(times, default=0), max(times, default=0), further)


def is_web_address(url: Any) -> TypeGuard[str]:
    """Return whether a value is the address of a page: http or https, with a host."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return False
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _har_entries(file: Path) -> list[dict[str, Any]]:
    """Return the entries of a plain HAR file, [] for any other recording."""
    if not file.is_file() or file.stat().st_size > MAX_BYTES:
        return []
    try:
        entries = json.loads(file.read_bytes())["log"]["entries"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return []
    return [entry if isinstance(entry, dict) else {} for entry in entries] if isinstance(entries, list) else []


def _content(entries: list[dict[str, Any]], where: str) -> dict[str, Any]:
    """Return the content of the entry at a place such as `case.har#12`."""
    number = where.rpartition("#")[2]
    entry = entries[int(number)] if number.isdecimal() and int(number) < len(entries) else {}
    return _object(_object(entry, "response"), "content")


def _page(entry: dict[str, Any]) -> RecordedPage | None:
    request, response = _object(entry, "request"), _object(entry, "response")
    content, url = _object(response, "content"), request.get("url")
    is_html = "html" in str(content.get("mimeType", ""))
    kind = entry.get("_resourceType") or ("document" if is_html else "")
    if kind != "document" or request.get("method") != "GET" or not is_web_address(url):
        return None
    if find_endpoint(urlsplit(url).path):
        return None
    text = str(content.get("text", ""))
    listed = response.get("headers")
    headers = [header for header in listed if isinstance(header, dict)] if isinstance(listed, list) else []
    named = (header for header in headers if str(header.get("name", "")).lower() == "content-security-policy")
    policy = next((str(header.get("value", "")) for header in named), "")
    snippet = "/agent/static/" in text or "pendo._q" in text
    return RecordedPage(_time(entry), url, policy, snippet, "pendo.initialize" in text)


def _time(entry: dict[str, Any]) -> int:
    try:
        return int(datetime.fromisoformat(str(entry.get("startedDateTime"))).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


def _object(value: Any, name: str) -> dict[str, Any]:
    member = value.get(name) if isinstance(value, dict) else None
    return member if isinstance(member, dict) else {}
