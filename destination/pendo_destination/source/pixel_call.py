"""Reads a request to Segment's Pixel API: an event in the query of an image's URL."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.errors import DestinationError
from pendo_destination.source.tracking_call import MESSAGE_LIMIT, TrackingCall, read_call

if TYPE_CHECKING:
    from collections.abc import Mapping

# Levels of a dotted parameter name.
MAX_DEPTH: Final = 100


def read_pixel(kind: str, query: Mapping[str, str], user: str | None) -> TrackingCall:
    """Read an event from `data`, which is JSON in Base64, or from plain parameters such as `properties.subject`.

    Both forms are documented. The URL-safe alphabet, missing padding and a `+` that was read as a blank are accepted
    (assumed). Values of plain parameters are text. Raises DestinationError.
    """
    if "data" in query:
        return read_call(kind, _decode(query["data"]), user)
    if sum(len(name) + len(value) for name, value in query.items()) > MESSAGE_LIMIT:
        message = f"the parameters are larger than the limit of {MESSAGE_LIMIT:,} bytes"
        raise DestinationError(message, kind="payload_too_large")
    event = _nest(query)
    write_key = event.pop("writeKey", "")
    return TrackingCall(user or str(write_key), event.get("sentAt"), (event | {"type": kind},))


def _decode(data: str) -> bytes:
    text = data.strip().replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error) as error:
        raise DestinationError(f"`data` is not Base64: {error}", kind="invalid_encoding") from error


def _nest(query: Mapping[str, str]) -> dict[str, Any]:
    """Return an object in which the parameter `a.b` is the member `b` of `a`."""
    event: dict[str, Any] = {}
    for name, value in query.items():
        *parents, last = name.split(".", MAX_DEPTH)
        place = event
        for parent in parents:
            inner = place.get(parent)
            if not isinstance(inner, dict):
                inner = place[parent] = {}
            place = inner
        place[last] = value
    return event
