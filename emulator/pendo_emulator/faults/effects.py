"""The effects of a fault on the agent's configuration, on a response and on a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.pixel_gif import PIXEL_GIF
from pendo_emulator.response import OutgoingResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_BODIES: Final[Mapping[str, tuple[bytes, str]]] = {
    "gif": (PIXEL_GIF, "image/gif"),
    "json": (b"{}", "application/json"),
    "html": (b"<!doctype html><title>Not Pendo</title>", "text/html"),
    "empty": (b"", "text/plain"),
    "opted-out": (b'{"statusCode": 451}', "application/json"),
}


def _set_status(response: OutgoingResponse, status: float) -> OutgoingResponse:
    return _set_body(response._replace(status=int(status)), "empty")


def _set_body(response: OutgoingResponse, kind: str) -> OutgoingResponse:
    body, mimetype = _BODIES[kind]
    return OutgoingResponse(body, response.status, {**response.headers, "content-type": mimetype})


def _set_retry_after(response: OutgoingResponse, seconds: int) -> OutgoingResponse:
    return response.with_headers({"retry-after": str(seconds)})


def _drop_cors(response: OutgoingResponse, _: object) -> OutgoingResponse:
    headers = {name: value for name, value in response.headers.items() if not name.startswith("access-control-")}
    return response._replace(headers=headers)


def _truncate(response: OutgoingResponse, _: object) -> OutgoingResponse:
    size = len(response.body)
    headers = {**response.headers, "content-length": str(max(1, size))}
    return OutgoingResponse(response.body[: size // 2], response.status, headers)


CONFIGURATION_EFFECTS: Final[Mapping[str, Mapping[str, Any]]] = {"disable_agent": {"disablePendo": True}}
# In the order in which they are applied: a status empties the body before `body` sets another body.
RESPONSE_EFFECTS: Final[Mapping[str, Callable[[OutgoingResponse, Any], OutgoingResponse]]] = {
    "status": _set_status,
    "body": _set_body,
    "retry_after": _set_retry_after,
    "no_cors": _drop_cors,
    "truncate": _truncate,
}
CONNECTION_EFFECTS: Final = ("delay", "hang", "reset")
NO_RESPONSE: Final = frozenset({"hang", "reset"})
