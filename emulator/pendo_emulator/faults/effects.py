"""Effects: what a fault does to the agent's configuration, to an answer, and to the connection that carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.pixel import PIXEL_GIF
from pendo_emulator.http.response import OutgoingResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_BODIES: Final[Mapping[str, tuple[bytes, str]]] = {
    "gif": (PIXEL_GIF, "image/gif"),
    "json": (b"{}", "application/json"),
    "html": (b"<!doctype html><title>Not Pendo</title>", "text/html"),
    "empty": (b"", "text/plain"),
    "opted-out": (b'{"statusCode": 451}', "application/json"),
}


def _answer_with(answer: OutgoingResponse, status: float) -> OutgoingResponse:
    return _carry(answer._replace(status=int(status)), "empty")


def _carry(answer: OutgoingResponse, kind: str) -> OutgoingResponse:
    body, mimetype = _BODIES[kind]
    return OutgoingResponse(body, answer.status, {**answer.headers, "content-type": mimetype})


def _ask_for_patience(answer: OutgoingResponse, seconds: int) -> OutgoingResponse:
    return answer.with_headers({"retry-after": str(seconds)})


def _forbid_reading(answer: OutgoingResponse, _: object) -> OutgoingResponse:
    kept = {name: value for name, value in answer.headers.items() if not name.startswith("access-control-")}
    return answer._replace(headers=kept)


def _truncate(answer: OutgoingResponse, _: object) -> OutgoingResponse:
    size = len(answer.body)
    return OutgoingResponse(
        answer.body[: size // 2], answer.status, {**answer.headers, "content-length": str(max(1, size))}
    )


# Each table is in the order in which its effects come: a status empties the body before another is put in.
ON_CONFIGURATION: Final[Mapping[str, Mapping[str, Any]]] = {"disable_agent": {"disablePendo": True}}
ON_ANSWER: Final[Mapping[str, Callable[[OutgoingResponse, Any], OutgoingResponse]]] = {
    "status": _answer_with,
    "body": _carry,
    "retry_after": _ask_for_patience,
    "no_cors": _forbid_reading,
    "truncate": _truncate,
}
ON_CONNECTION: Final = ("delay", "hang", "reset")
SILENT: Final = frozenset({"hang", "reset"})
