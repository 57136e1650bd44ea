"""Bridge: from the listener to Flask, which answers in a thread of its own."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.wrappers import Response

from pendo_emulator.http.response import OutgoingResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from pendo_emulator.http.request import Request


def ask(app: WSGIApplication, request: Request, scheme: str, peer: str) -> OutgoingResponse:
    """Ask a WSGI application; give its whole answer."""
    response = Response.from_app(app, environ(request, scheme, peer), buffered=True)
    headers = {name.lower(): value for name, value in response.headers.items() if name != "Content-Length"}
    return OutgoingResponse(response.get_data(), response.status_code, headers)


def environ(request: Request, scheme: str, peer: str) -> WSGIEnvironment:
    """Write a request as WSGI has it (PEP 3333)."""
    path, _, query = request.target.partition("?")
    host, _, port = request.headers.get("host", "").rpartition(":")
    headers = {name: value for name, value in request.headers.items() if name != "transfer-encoding"}  # it is undone
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
    }
