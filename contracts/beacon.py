"""Envelope -> Beacon -> Event: what a request says, as far as it can be understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from contracts import jzb
from contracts.endpoint import Endpoint, find_endpoint
from contracts.region import Place, locate
from contracts.verdict import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.envelope import Envelope

WIRE: Final = "wire"
BODY_LIMIT: Final = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Event:
    """One event or object of a beacon's payload: its type, the contract it is held to (None: no such type), itself."""

    type: str
    contract: str | None
    index: int
    value: Any


@dataclass(frozen=True, slots=True)
class Beacon:
    """A request, understood: where to, what for, for which API key, and what it carries.

    `endpoint` is None for a path Pendo does not have. `body` is the body's JSON, None where there is none.
    `faults` are the reasons why something could not be read; all that could be is here nevertheless.
    """

    method: str
    place: Place
    path: str
    endpoint: Endpoint | None
    api_key: str
    query: Mapping[str, str]
    body: Any = None
    payload: Any = None
    events: tuple[Event, ...] = ()
    faults: tuple[Violation, ...] = ()

    @property
    def preflight(self) -> bool:
        """Whether the browser only asks for leave to send."""
        return self.method == "OPTIONS"

    @property
    def subject(self) -> str:
        """The endpoint's name, or the path where there is no such endpoint."""
        return self.endpoint.name if self.endpoint else self.path


def from_envelope(envelope: Envelope) -> Beacon:
    """Decode a request; never raises: whatever cannot be read becomes a fault that says why."""
    url = urlsplit(envelope.url)
    place = locate(url.netloc or envelope.headers.get("host", ""))
    query = _read_query(url.query)
    found = find_endpoint(url.path)
    if found is None:
        return Beacon(envelope.method, place, url.path, None, "", query, faults=(_unknown_path(url.path),))
    endpoint, api_key = found
    address = (envelope.method, place, url.path, endpoint, api_key or query.get("apiKey", ""), query)
    if envelope.method == "OPTIONS":
        return Beacon(*address)
    if envelope.method not in endpoint.methods:
        return Beacon(*address, faults=(_wrong_method(envelope.method, endpoint),))
    if fault := _misfit(envelope):
        return Beacon(*address, faults=(fault,))
    body, payload, faults = _open(endpoint, query, envelope.body)
    return Beacon(*address, body, payload, tuple(_events(endpoint, payload)), faults)


def _read_query(text: str) -> dict[str, str]:
    """Split a query; `+` stays `+`, for the agent writes queries as they are. Of a name given twice the last counts."""
    pairs = (pair.partition("=") for pair in text.split("&") if pair)
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _open(endpoint: Endpoint, query: Mapping[str, str], raw: bytes) -> tuple[Any, Any, tuple[Violation, ...]]:
    """Read body and payload by the endpoint's carrier; what fails is None and a fault."""
    body = payload = None
    try:
        match endpoint.carrier:
            case "zlib":
                payload = jzb.parse(jzb.inflate(raw))
            case "json":
                payload = body = jzb.parse(raw)
            case "jzb":
                body = jzb.parse(raw) if raw else None
                packed = body.get("events") if isinstance(body, dict) else query.get("jzb")
                payload = jzb.decode(packed) if isinstance(packed, str) else None
    except jzb.JzbError as error:
        return body, payload, (_unreadable(error, "body" if raw else "jzb"),)
    return body, payload, ()


def _events(endpoint: Endpoint, payload: Any) -> Iterator[Event]:
    values = payload if endpoint.shape == "events" and isinstance(payload, list) else [payload]
    if payload is None:
        return
    for index, value in enumerate(values):
        kind = value.get("type") if isinstance(value, dict) else None
        label = kind if isinstance(kind, str) and kind else endpoint.name
        yield Event(label, endpoint.contract(kind), index, value)


def _unknown_path(path: str) -> Violation:
    return Violation(
        WIRE, "path", "", f"Pendo has nothing at {path}", "send to one of the paths that the emulator lists at its root"
    )


def _wrong_method(method: str, endpoint: Endpoint) -> Violation:
    allowed = " or ".join(sorted(endpoint.methods - {"HEAD"}))
    return Violation(WIRE, "method", "", f"{endpoint.name} takes no {method}", f"use {allowed}")


def _misfit(envelope: Envelope) -> Violation | None:
    """Say how a body is longer than any host takes, or shorter than it was announced."""
    size, announced = len(envelope.body), envelope.headers.get("content-length", "")
    if size > BODY_LIMIT:
        return Violation(
            WIRE, "body-size", "/body", f"the body is larger than {BODY_LIMIT:,} bytes", "send less at once"
        )
    if announced.isdecimal() and size < int(announced):
        message = f"the body ends after {size:,} of {int(announced):,} bytes"
        return Violation(WIRE, "body-cut", "/body", message, "send the whole body; the sender hung up or was cut off")
    return None


_FIXES: Final = {
    "alphabet": "encode with base64url: `-` and `_` for `+` and `/`, no padding, nothing else",
    "length": "send the whole jzb; something cut it",
    "zlib": "compress with zlib (RFC 1950), not gzip and not raw deflate",
    "truncated": "send the whole jzb; something cut it",
    "trailing": "send one zlib stream and nothing behind it",
    "size": "send less at once: the agent stops at 65,536 characters of jzb",
    "utf8": "encode text as UTF-8",
    "json": "send strict JSON",
    "depth": "send flatter data",
}


def _unreadable(error: jzb.JzbError, where: str) -> Violation:
    return Violation(WIRE, error.fault, f"/{where}", str(error), _FIXES[error.fault])
