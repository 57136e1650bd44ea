"""Decodes an Envelope into a Beacon: host, endpoint, API key, payload and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from msgspec import Struct

from pendo_contracts.verdict import WIRE, Violation
from pendo_contracts.wire.endpoint import Endpoint, find_endpoint
from pendo_contracts.wire.event import Event
from pendo_contracts.wire.payload import decode_payload
from pendo_contracts.wire.region import Place, locate
from pendo_contracts.wire.uncovered_paths import uncovered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.wire.envelope import Envelope
    from pendo_contracts.wire.payload import TypedReader

BODY_LIMIT: Final = 5 * 1024 * 1024
URL_LIMIT: Final = 64 * 1024
HEADER_LIMIT: Final = 64 * 1024
EVENT_LIMIT: Final = 2_500
KEY_LIMIT: Final = 200

# The first header is documented; Pendo's provider for OpenFeature sends the second (observed).
SECRET_HEADERS: Final = ("x-pendo-integration-key", "x-pendo-track-event-secret")

_DIGITS: Final = 18
_NO_SECRET: Final = Violation(
    WIRE, "secret", "/headers", "the request has no secret", f"send the app's track event secret in {SECRET_HEADERS[0]}"
)
_NO_KEY: Final = Violation(
    WIRE,
    "key",
    "/url",
    f"the API key is longer than {KEY_LIMIT} characters or has characters that cannot be printed",
    "send the API key that Pendo shows",
)


class Beacon(Struct, frozen=True):
    """A decoded request.

    `endpoint` is None for an unknown path. `body` is the body's JSON, None if the endpoint has no JSON body. `payload`
    is the decoded jzb, JSON or zlib content. `decode_errors` says what could not be decoded; the other fields hold
    everything that could be decoded. `not_judged` says why no contract applies to the request, "" if a contract
    applies. `typed` means that the events were read with their types: they keep their contracts, and there is no
    `payload`.
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
    not_judged: str = ""
    typed: bool = False

    @property
    def preflight(self) -> bool:
        """Whether this is a CORS preflight."""
        return self.method == "OPTIONS"

    @property
    def endpoint_name(self) -> str:
        """The endpoint's name, or the path of an unknown endpoint."""
        return self.endpoint.name if self.endpoint else self.path


def from_envelope(envelope: Envelope, read_typed: TypedReader | None = None) -> Beacon:
    """Decode a request; never raise: every problem becomes a decode error with its reason.

    `read_typed` reads events that keep their contracts, and raises ValueError for others, which are read as usual.

    The limits of URL, API key, headers, body and events per beacon are assumed.
    """
    netloc, path, raw_query = split_url(envelope.url)
    place = locate(netloc or envelope.headers.get("host", ""))
    query = _read_query(raw_query)
    found = find_endpoint(path)
    if found is None:
        reason = uncovered(place, path)
        errors: tuple[Violation, ...] = () if reason else (_unknown_path(path),)
        return Beacon(envelope.method, place, path, None, "", query, decode_errors=errors, not_judged=reason)
    endpoint, api_key = found
    api_key = api_key or _read_key(envelope, endpoint, query)
    if endpoint.secret and not api_key and envelope.method != "OPTIONS":
        return Beacon(envelope.method, place, path, endpoint, "", query, decode_errors=(_NO_SECRET,))
    if not is_api_key(api_key):
        return Beacon(envelope.method, place, path, endpoint, "", query, decode_errors=(_NO_KEY,))
    address = (envelope.method, place, path, endpoint, api_key, query)
    if error := _envelope_error(envelope, endpoint):
        return Beacon(*address, decode_errors=(error,))
    if envelope.method == "OPTIONS":
        return Beacon(*address)
    body, payload, decode_errors, not_judged = decode_payload(endpoint, query, envelope.body, read_typed)
    if isinstance(payload, list | tuple) and len(payload) > EVENT_LIMIT:
        return Beacon(*address, decode_errors=(_oversize("events", "", len(payload), EVENT_LIMIT, "events"),))
    if type(payload) is tuple:
        contracts = endpoint.contracts
        events = tuple([Event(e.type_name, contracts[e.type_name], i, e) for i, e in enumerate(payload)])
        return Beacon(*address, body, None, events, typed=True)
    return Beacon(*address, body, payload, _events(endpoint, payload), decode_errors, not_judged)


def _read_key(envelope: Envelope, endpoint: Endpoint, query: Mapping[str, str]) -> str:
    """Read the API key from the query or a secret from a header, for an endpoint without an API key in its path."""
    if not endpoint.secret:
        return query.get("apiKey", "")
    return read_secret(envelope)


def read_secret(envelope: Envelope) -> str:
    """Return the secret of a server-side call, "" if it has none."""
    return next((envelope.headers[name] for name in SECRET_HEADERS if envelope.headers.get(name)), "")


def is_api_key(text: str) -> bool:
    """Return whether a text can be an API key."""
    return len(text) <= KEY_LIMIT and text.isprintable()


def split_url(url: str) -> tuple[str, str, str]:
    """Split a URL into network location, path and query; unlike urlsplit, never raise."""
    scheme, found, rest = url.partition("://")
    netloc, slash, rest = rest.partition("/") if found else ("", "", scheme)
    path, _, query = (slash + rest).partition("#")[0].partition("?")
    return netloc, path, query


def _read_query(text: str) -> dict[str, str]:
    """Split a query string; `+` is not a space, because the agent does not encode it.

    The last value of a repeated name counts.
    """
    pairs = [pair.partition("=") for pair in text.split("&") if pair]
    if "%" in text:
        return {unquote(name): unquote(value) for name, _, value in pairs}
    return {name: value for name, _, value in pairs}


def _events(endpoint: Endpoint, payload: Any) -> tuple[Event, ...]:
    if payload is None:
        return ()
    events = []
    for index, value in enumerate(payload if endpoint.shape == "events" and type(payload) is list else (payload,)):
        kind = value.get("type") if type(value) is dict else None
        label = kind if type(kind) is str and kind else endpoint.name
        events.append(Event(label, endpoint.contract(kind), index, value))
    return tuple(events)


def _unknown_path(path: str) -> Violation:
    return Violation(
        WIRE, "path", "", f"Pendo has no path {path}", "send to one of the paths that the emulator's 404 answer lists"
    )


def _wrong_method(method: str, endpoint: Endpoint) -> Violation:
    allowed = " or ".join(sorted(endpoint.methods - {"HEAD"}))
    return Violation(WIRE, "method", "", f"{endpoint.name} does not accept {method}", f"use {allowed}")


def _envelope_error(envelope: Envelope, endpoint: Endpoint) -> Violation | None:
    """Find a wrong method, a size over a limit, or a body shorter than its content-length."""
    if envelope.method not in endpoint.methods and envelope.method != "OPTIONS":
        return _wrong_method(envelope.method, endpoint)
    if len(envelope.url) > URL_LIMIT:
        return _oversize("url-size", "/url", len(envelope.url), URL_LIMIT, "characters of URL")
    if (size := sum(map(len, envelope.headers)) + sum(map(len, envelope.headers.values()))) > HEADER_LIMIT:
        return _oversize("header-size", "/headers", size, HEADER_LIMIT, "bytes of headers")
    if (size := len(envelope.body)) > BODY_LIMIT:
        return _oversize("body-size", "/body", size, BODY_LIMIT, "bytes of body")
    announced = envelope.headers.get("content-length", "")
    if announced.isdecimal() and size < int(announced[:_DIGITS]):
        message = f"the body ends after {size:,} of {int(announced[:_DIGITS]):,} bytes"
        return Violation(WIRE, "body-cut", "/body", message, "send the whole body; the connection ended too early")
    return None


def _oversize(rule: str, pointer: str, size: int, limit: int, unit: str) -> Violation:
    return Violation(WIRE, rule, pointer, f"{size:,} {unit}; the limit is {limit:,}", "send less per request")
