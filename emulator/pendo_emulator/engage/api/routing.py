"""Routes requests for the Engage API to its blueprint; the parts of a path reach the views without a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from flask import request
from werkzeug.routing import BaseConverter

from pendo_emulator.addresses import ENGAGE_PREFIX, HOST_PREFIX, is_engage_request
from pendo_emulator.http.wsgi_adapter import target_from_environ

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

# The blueprint's own place, which no client can request: the routes of the other hosts stay apart.
MOUNT: Final = "/_engage"
_IS_ENGAGE: Final = "pendo_emulator.engage"


class PartConverter(BaseConverter):
    """One part of a path, percent-decoded after routing: an id can contain a slash, which clients send as %2F."""

    def to_python(self, value: str) -> str:
        """Return the decoded part."""
        return unquote(value)


def route_engage_requests(app: Flask, own_names: frozenset[str]) -> None:
    """Let an application answer requests for the Engage API, on Pendo's app hosts and at its own address."""
    app.url_map.converters["part"] = PartConverter
    route: WSGIApplication = app.wsgi_app

    def route_request(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        target = target_from_environ(environ)
        if is_engage_request(target, environ.get("HTTP_HOST", ""), own_names):
            environ = environ | {"PATH_INFO": MOUNT + _path(target), _IS_ENGAGE: True, "HTTP_UPGRADE": ""}
        return route(environ, start_response)

    app.wsgi_app = route_request  # type: ignore[method-assign]


def is_routed() -> bool:
    """Return whether the current request is one for the Engage API."""
    return _IS_ENGAGE in request.environ


def _path(target: str) -> str:
    """Return the path below an app host, still percent-encoded, without repeated and final slashes."""
    path = target.partition("?")[0].partition("#")[0]
    if path.startswith(HOST_PREFIX):
        path = "/" + path.removeprefix(HOST_PREFIX).partition("/")[2]
    parts = [part for part in path.removeprefix(ENGAGE_PREFIX).split("/") if part]
    return ENGAGE_PREFIX + "/".join(parts)
