"""Effects: what a fault does to the agent's configuration, to an answer, and to the connection that carries it."""

from __future__ import annotations

import os
import socket
import struct
from selectors import EVENT_READ, DefaultSelector
from typing import TYPE_CHECKING, Any, Final

from emulator.answer import CORS, GIF

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

_BODIES: Final[Mapping[str, tuple[bytes, str]]] = {
    "gif": (GIF, "image/gif"),
    "json": (b"{}", "application/json"),
    "html": (b"<!doctype html><title>Not Pendo</title>", "text/html"),
    "empty": (b"", "text/plain"),
    "opted-out": (b'{"statusCode": 451}', "application/json"),
}
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


def _answer_with(response: Response, status: int) -> None:
    response.status_code = status
    _carry(response, "empty")


def _carry(response: Response, kind: str) -> None:
    body, response.mimetype = _BODIES[kind]
    response.set_data(body)


def _ask_for_patience(response: Response, seconds: int) -> None:
    response.headers["Retry-After"] = str(seconds)


def _forbid_reading(response: Response, _: object) -> None:
    for name in CORS:
        if name.startswith("Access-Control-"):
            del response.headers[name]


def _truncate(response: Response, _: object) -> None:
    body = response.get_data()
    response.set_data(body[: len(body) // 2])
    response.content_length = max(1, len(body))


def pause(connection: socket.socket, seconds: float) -> None:
    """Wait, though not for a client that hangs up: its end of the connection can be read then."""
    with DefaultSelector() as selector:
        selector.register(connection, EVENT_READ)
        selector.select(seconds)


def reset(connection: socket.socket, _: object = None) -> None:
    """Break a connection with a TCP RST; what is written to it from now on goes nowhere.

    Servers say goodbye with a FIN before they close, so the connection is closed under the server's hands.
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    nowhere, other_end = socket.socketpair()
    other_end.close()
    with nowhere:
        os.dup2(nowhere.fileno(), connection.fileno(), inheritable=False)


def _hang(connection: socket.socket, seconds: float) -> None:
    pause(connection, seconds)
    reset(connection)


# Each table is in the order in which its effects come: a status empties the body before another is put in.
ON_CONFIGURATION: Final[Mapping[str, Mapping[str, Any]]] = {"disable_agent": {"disablePendo": True}}
ON_ANSWER: Final[Mapping[str, Callable[[Response, Any], None]]] = {
    "status": _answer_with,
    "body": _carry,
    "retry_after": _ask_for_patience,
    "no_cors": _forbid_reading,
    "truncate": _truncate,
}
ON_CONNECTION: Final[Mapping[str, Callable[[socket.socket, Any], None]]] = {
    "delay": pause,
    "hang": _hang,
    "reset": reset,
}
SILENT: Final = frozenset({"hang", "reset"})
