"""Envelope -> Beacon -> Event: what a request says, as far as it can be understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from msgspec import Struct

from pendo_contracts import jzb
from pendo_contracts.agent_limits import POST_LIMIT
from pendo_contracts.endpoint import Endpoint, find_endpoint
from pendo_contracts.region import Place, locate
from pendo_contracts.verdict import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_contracts.envelope import Envelope

WIRE: Final = "wire"
BODY_LIMIT: Final = 5 * 1024 * 1024
URL_LIMIT: Final = 64 * 1024
HEADER_LIMIT: Final = 64 * 1024
EVENT_LIMIT: Final = 10_000
KEY_LIMIT: Final = 200

_DIGITS: Final = 18
_NO_KEY: Final = Violation(
    WIRE, "key", "/url", f"an API key has at most {KEY_LIMIT} characters, all of which can be printed", "send Pendo's"
)


class Event(Struct, frozen=True):
    """One event or object of a beacon's payload: its type, the contract it is held to (None: no such type), itself."""

    type: str
    contract: str | None
    index: int
    value: Any


class Beacon(Struct, frozen=True):
    """A request, understood: where to, what for, for which API key, and what it carries.

    `endpoint` is None for a path Pendo does not have. `body` is the body's JSON, None where there is none.
    `decode_errors` are the reasons why something could not be read; all that could be is here nevertheless.
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
    decode_errors: tuple[Violation, ...] = ()

    @property
    def preflight(self) -> bool:
        """Whether the browser only asks for leave to send."""
        return self.method == "OPTIONS"

    @property
    def endpoint_name(self) -> str:
        """The endpoint's name, or the path where there is no such endpoint."""
        return self.endpoint.name if self.endpoint else self.path


def from_envelope(envelope: Envelope) -> Beacon:
    """Decode a request; never raises: whatever cannot be read becomes a fault that says why.

    How long a URL, an API key, headers and a body may be, and how many events there may be in one beacon, is assumed.
    """
    netloc, path, raw_query = split_url(envelope.url)
    place = locate(netloc or envelope.headers.get("host", ""))
    query = _read_query(raw_query)
    found = find_endpoint(path)
    if found is None:
        return Beacon(envelope.method, place, path, None, "", query, decode_errors=(_unknown_path(path),))
    endpoint, api_key = found
    api_key = api_key or query.get("apiKey", "")
    if not is_api_key(api_key):
        return Beacon(envelope.method, place, path, endpoint, "", query, decode_errors=(_NO_KEY,))
    address = (envelope.method, place, path, endpoint, api_key, query)
    if fault := _misfit(envelope, endpoint):
        return Beacon(*address, decode_errors=(fault,))
    if envelope.method == "OPTIONS":
        return Beacon(*address)
    body, payload, faults = _open(endpoint, query, envelope.body)
    if isinstance(payload, list) and len(payload) > EVENT_LIMIT:
        return Beacon(*address, decode_errors=(_oversize("events", "", len(payload), EVENT_LIMIT, "events"),))
    return Beacon(*address, body, payload, tuple(_events(endpoint, payload)), faults)


def is_api_key(text: str) -> bool:
    """Tell whether a text can be an API key."""
    return len(text) <= KEY_LIMIT and text.isprintable()


def split_url(url: str) -> tuple[str, str, str]:
    """Split a URL into network location, path and query; unlike urlsplit it takes whatever a client may send."""
    scheme, found, rest = url.partition("://")
    netloc, slash, rest = rest.partition("/") if found else ("", "", scheme)
    path, _, query = (slash + rest).partition("#")[0].partition("?")
    return netloc, path, query


def _read_query(text: str) -> dict[str, str]:
    """Split a query; `+` stays `+`, for the agent writes queries as they are. Of a name given twice the last counts."""
    pairs = (pair.partition("=") for pair in text.split("&") if pair)
    if "%" in text:
        return {unquote(name): unquote(value) for name, _, value in pairs}
    return {name: value for name, _, value in pairs}


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


def _misfit(envelope: Envelope, endpoint: Endpoint) -> Violation | None:
    """Say how a request is of the wrong method or of the wrong size, or shorter than it was announced."""
    if envelope.method not in endpoint.methods and envelope.method != "OPTIONS":
        return _wrong_method(envelope.method, endpoint)
    if len(envelope.url) > URL_LIMIT:
        return _oversize("url-size", "/url", len(envelope.url), URL_LIMIT, "characters of URL")
    if (size := sum(map(len, (*envelope.headers, *envelope.headers.values())))) > HEADER_LIMIT:
        return _oversize("header-size", "/headers", size, HEADER_LIMIT, "bytes of headers")
    if (size := len(envelope.body)) > BODY_LIMIT:
        return _oversize("body-size", "/body", size, BODY_LIMIT, "bytes of body")
    announced = envelope.headers.get("content-length", "")
    if announced.isdecimal() and size < int(announced[:_DIGITS]):
        message = f"the body ends after {size:,} of {int(announced[:_DIGITS]):,} bytes"
        return Violation(WIRE, "body-cut", "/body", message, "send the whole body; the sender hung up or was cut off")
    return None


def _oversize(rule: str, pointer: str, size: int, limit: int, unit: str) -> Violation:
    return Violation(WIRE, rule, pointer, f"{size:,} {unit} are more than {limit:,}", "send less at once")


_FIXES: Final = {
    "alphabet": "encode with base64url: `-` and `_` for `+` and `/`, no padding, nothing else",
    "length": "send the whole jzb; something cut it",
    "zlib": "compress with zlib (RFC 1950), not gzip and not raw deflate",
    "truncated": "send the whole jzb; something cut it",
    "trailing": "send one zlib stream and nothing behind it",
    "size": f"send less at once: the agent stops at {POST_LIMIT:,} characters of jzb",
    "ratio": "send data, not one thing over and over",
    "utf8": "encode text as UTF-8",
    "json": "send strict JSON",
    "depth": "send flatter data",
}


def _unreadable(error: jzb.JzbError, where: str) -> Violation:
    return Violation(WIRE, error.fault, f"/{where}", str(error), _FIXES[error.fault])
