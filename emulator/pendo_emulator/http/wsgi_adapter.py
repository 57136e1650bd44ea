"""Converts requests to and from WSGI (PEP 3333): the listener calls Flask, and Flask runs under other servers."""

from __future__ import annotations

import logging
import sys
import time
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_input_stream

from pendo_emulator.http.request import Request
from pendo_emulator.response import EVENT_STREAM, POLLS_STREAMS, OutgoingResponse, StreamedResponse

if TYPE_CHECKING:
    from typing import IO

    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from pendo_contracts.wire.envelope import Envelope

_CHUNK_SIZE: Final = 64 * 1024
# The size from which a response of several pieces is not kept in memory as a whole.
_BUFFER_SIZE: Final = 1024 * 1024
# Headers that WSGI passes without the prefix HTTP_.
_UNPREFIXED: Final = ("CONTENT_TYPE", "CONTENT_LENGTH")

log = logging.getLogger("pendo-emulator")


def ask(app: WSGIApplication, request: Request, scheme: str, peer: str) -> OutgoingResponse | StreamedResponse:
    """Return a WSGI application's response to a request; `peer` is the client's address.

    The response is complete unless it is a stream of events or has many pieces, as an export has. The response to HEAD
    has the same body as for GET, because the content-length needs it.
    """
    environ = environ_from_request(request, scheme, peer)
    if request.method == "HEAD":
        environ["REQUEST_METHOD"] = "GET"
    response = Response.from_app(app, environ)
    headers = {name.lower(): value for name, value in response.headers.items() if name != "Content-Length"}
    pieces, read, size = iter(response.iter_encoded()), list[bytes](), 0
    unlimited = response.mimetype == EVENT_STREAM
    while not unlimited and (piece := next(pieces, None)) is not None:
        read.append(piece)
        size += len(piece)
        unlimited = size > _BUFFER_SIZE and len(read) > 1
    if unlimited and request.method != "HEAD":
        is_polled = response.mimetype == EVENT_STREAM
        return StreamedResponse(chain(read, pieces), response.close, response.status_code, headers, is_polled)
    response.close()
    return OutgoingResponse(b"".join(read), response.status_code, headers)


def environ_from_request(request: Request, scheme: str, peer: str) -> WSGIEnvironment:
    """Return the WSGI environment of a complete request."""
    path, _, query = request.target.partition("?")
    host, _, port = request.headers.get("host", "").rpartition(":")
    headers = {name: value for name, value in request.headers.items() if name != "transfer-encoding"}  # it is decoded
    variables = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return {
        **variables,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path, "latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": request.target,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        POLLS_STREAMS: True,
    }


def envelope_from_environ(environ: WSGIEnvironment) -> Envelope:
    """Read the request of a WSGI environment; its body is shorter than announced if the client hung up."""
    request = Request(time.monotonic())
    request.method, request.target = environ["REQUEST_METHOD"], target_from_environ(environ)
    request.headers = {
        name[5:].replace("_", "-").lower(): text for name, text in environ.items() if name[:5] == "HTTP_"
    }
    request.headers |= {name.replace("_", "-").lower(): environ[name] for name in _UNPREFIXED if environ.get(name)}
    stream, peer = get_input_stream(environ), environ.get("REMOTE_ADDR", "?")
    while not request.drained and (chunk := _read_chunk(stream, peer)):
        request.add_body(chunk)
    return request.envelope(environ["wsgi.url_scheme"])


def target_from_environ(environ: WSGIEnvironment) -> str:
    """Return path and query as the client sent them; rebuild them if the server does not pass them on."""
    raw: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if raw.startswith("/"):
        return raw
    path = quote(environ.get("PATH_INFO", "/").encode("latin-1"))
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _read_chunk(stream: IO[bytes], peer: str) -> bytes:
    try:
        return stream.read(_CHUNK_SIZE)
    except (ClientDisconnected, TimeoutError):
        log.info("%s hung up in the middle of a body", peer)
        return b""
