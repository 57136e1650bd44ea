"""Decodes the payload of a request, by the endpoint's carrier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pendo_contracts.keyword_explanations import json_type
from pendo_contracts.verdict import WIRE, Violation
from pendo_contracts.wire import jzb
from pendo_contracts.wire.agent_limits import POST_LIMIT
from pendo_contracts.wire.event import TypedEvent

if TYPE_CHECKING:
    from pendo_contracts.wire.endpoint import Endpoint

TypedReader: TypeAlias = Callable[[bytes], Sequence[TypedEvent]]
"""Reads events that keep their contracts from JSON, and raises ValueError for others."""

# The endpoint whose events have types, and the size of the largest JSON text that is read with them: a larger text can
# exceed limits of jzb.parse that the types do not have.
TYPED_ENDPOINT: Final = "ptm.gif"
TYPED_SIZE: Final = 2 * jzb.LARGE

# Reasons of a JzbError: more values, or deeper nesting, than the process decodes. A replay nests its values two levels
# deeper for each level of the page's DOM.
_VALUE_REASONS: Final = ("values", "containers", "decimals", "depth")


def decode_payload(
    endpoint: Endpoint, query: Mapping[str, str], raw: bytes, read_typed: TypedReader | None
) -> tuple[Any, Any, tuple[Violation, ...], str]:
    """Return body, payload, decode errors and why the request is not judged, by the endpoint's carrier.

    A part that cannot be decoded is None. A replay above a limit on values or depth is not an error: the agent
    sends the content of large pages.
    """
    body = payload = None
    try:
        match endpoint.carrier:
            case "zlib":
                payload = _shaped(endpoint, jzb.parse(jzb.inflate(raw)))
            case "json":
                body = jzb.parse(raw)
                payload = _shaped(endpoint, body)
            case "jzb-text":
                packed = raw.decode("latin-1") if raw else query.get("jzb")
                payload = _shaped(endpoint, jzb.decode(packed)) if packed else None
            case "jzb":
                body = jzb.parse(raw) if raw else None
                packed = body.get("events") if isinstance(body, dict) else query.get("jzb")
                payload = _read_events(endpoint, packed, read_typed) if isinstance(packed, str) else None
    except jzb.JzbError as error:
        if endpoint.carrier == "zlib" and error.reason in _VALUE_REASONS:
            return body, payload, (), f"the replay is too large to judge: {error}"
        return body, payload, (_unreadable(error, "body" if raw else "jzb"),), ""
    return body, payload, (), ""


def _read_events(endpoint: Endpoint, packed: str, read_typed: TypedReader | None) -> Any:
    """Return the decoded payload; a tuple if its events were read with their types."""
    document = jzb.unpack(packed)
    if read_typed and endpoint.name == TYPED_ENDPOINT and (events := _typed(document, read_typed)) is not None:
        return events
    return _shaped(endpoint, jzb.parse(document))


def _typed(document: bytes, read_typed: TypedReader) -> tuple[TypedEvent, ...] | None:
    """Read events with their types; return None if they have to be read as usual."""
    if len(document) > TYPED_SIZE or jzb.has_long_number(document):
        return None
    try:
        return tuple(read_typed(document))
    except ValueError:
        return None


def _shaped(endpoint: Endpoint, value: Any) -> Any:
    """Return the payload if it has the JSON type that the endpoint accepts; raise JzbError otherwise."""
    if isinstance(value, list if endpoint.shape == "events" else dict):
        return value
    wanted = "an array of events" if endpoint.shape == "events" else "an object"
    raise jzb.JzbError("shape", f"{endpoint.name} accepts {wanted}; the payload is of type {json_type(value)}")


_FIXES: Final = {
    "alphabet": "encode with base64url: `-` and `_` instead of `+` and `/`, without padding",
    "length": "send the whole jzb; it was cut off",
    "zlib": "compress with zlib (RFC 1950), not gzip and not raw deflate",
    "truncated": "send the whole jzb; it was cut off",
    "trailing": "send one zlib stream and no bytes after it",
    "size": f"send less per request: the agent stops at {POST_LIMIT:,} characters of jzb",
    "ratio": "send real data; this is highly repetitive",
    "utf8": "encode text as UTF-8",
    "json": "send strict JSON",
    "shape": "send an array of events to ptm.gif, agentic.gif, guide.gif, poll.gif and devlog, an object to others",
    "depth": "send less deeply nested data",
    "containers": "send fewer arrays and objects per request",
    "values": "send fewer names and values per request",
    "decimals": "send fewer such numbers per request",
    "digits": "send numbers that JavaScript can write: of at most 21 digits",
}


def _unreadable(error: jzb.JzbError, where: str) -> Violation:
    return Violation(WIRE, error.reason, f"/{where}", str(error), _FIXES[error.reason])
