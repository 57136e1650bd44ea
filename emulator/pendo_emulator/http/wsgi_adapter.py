"""The edge: a WSGI request becomes an Envelope, with the address the sender meant."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

from pendo_contracts.beacon import BODY_LIMIT
from pendo_contracts.envelope import Envelope
from pendo_emulator.http.request import DRAIN_LIMIT, address, now

if TYPE_CHECKING:
    from typing import IO

    from _typeshed.wsgi import WSGIEnvironment

_CHUNK: Final = 64 * 1024

log = logging.getLogger("pendo-emulator")


def read_envelope(environ: WSGIEnvironment) -> Envelope:
    """Read a request from its WSGI environment.

    Of a body above BODY_LIMIT a byte more is kept, so that its size can be judged, and the rest is read and let go.
    """
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    url = address(environ["wsgi.url_scheme"], headers, target(environ))
    return Envelope(environ["REQUEST_METHOD"], url, headers, _read_body(environ), now())


def target(environ: WSGIEnvironment) -> str:
    """Take path and query as they were sent, or rebuild them where the server does not say."""
    raw: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if raw.startswith("/"):
        return raw
    path = quote(environ.get("PATH_INFO", "/").encode("latin-1"))
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _read_body(environ: WSGIEnvironment) -> bytes:
    """Read what comes, up to the announced length; a sender that hangs up leaves what it had sent."""
    stream = get_input_stream(environ)
    chunks: list[bytes] = []
    kept = drained = 0
    while drained < DRAIN_LIMIT and (chunk := _read_chunk(stream, environ.get("REMOTE_ADDR", "?"))):
        drained += len(chunk)
        if kept <= BODY_LIMIT:
            chunks.append(chunk)
            kept += len(chunk)
    return b"".join(chunks)[: BODY_LIMIT + 1]


def _read_chunk(stream: IO[bytes], peer: str) -> bytes:
    try:
        return stream.read(_CHUNK)
    except (ClientDisconnected, TimeoutError):
        log.info("%s hung up in the middle of a body", peer)
        return b""
