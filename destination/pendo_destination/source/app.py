"""The Flask application: Segment's Tracking API and Pixel API, and a status page under a prefix of our own."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from pendo_contracts.common.access_policy import DEFAULT_POLICY, SECURITY_HEADERS
from pendo_contracts.wire.pixel_gif import PIXEL_GIF
from pendo_destination.errors import DestinationError
from pendo_destination.source.addresses import OPENAPI_PAGE, OPENAPI_PATH, OWN_PREFIX, STATUS_PATH
from pendo_destination.source.pixel_call import read_pixel
from pendo_destination.source.tracking_call import BATCH_LIMIT, KINDS, TYPES, decompress, read_call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from pendo_contracts.common.access_policy import AccessPolicy
    from pendo_destination.source.source import Source
    from pendo_destination.source.tracking_call import TrackingCall

# Pages of any site may read the responses of these views, because Segment's library and our plugin need them.
CORS_ENDPOINTS: Final = frozenset({"accept", "cdn.settings", "cdn.calls"})
# Segment's library for browsers authenticates by a header, so browsers send a preflight request (observed).
CORS_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "authorization, content-encoding, content-type, x-retry-count",
    "Access-Control-Allow-Private-Network": "true",
    "Access-Control-Max-Age": "600",
}

# The status for each kind of error; 400 for the rest. Segment's libraries give up on 400 and 401 and retry on 429
# and 503 (observed in published code).
STATUSES: Final = {
    "invalid_write_key": 401,
    "not_found": 404,
    "rate_limit": 429,
    "closing": 503,
    "journal_unavailable": 503,
}

# Seconds by status. Segment sends this header with 429, its answer to too many events (documented).
RETRY_AFTER: Final = {429: "1", 503: "1"}

_PATHS: Final = (
    *(f"/v1/{name}" for name in KINDS),
    *(f"/v1/pixel/{name}" for name in TYPES),
    "/v1/projects/<write key>/settings",
    "/analytics.js/v1/<write key>/analytics.min.js",
    STATUS_PATH,
    OPENAPI_PATH,
    OPENAPI_PAGE,
)

log = logging.getLogger("pendo-destination")


def create_app(
    sources: Iterable[Source], access_policy: AccessPolicy = DEFAULT_POLICY, *, trust_proxy: bool = False
) -> Flask:
    """Create the application for several sources.

    `access_policy` guards the status page. With `trust_proxy`, the headers X-Forwarded-Proto and X-Forwarded-Host of a
    proxy decide the scheme and the host of the URLs in responses.
    """
    by_key = {source.write_key: source for source in sources}
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BATCH_LIMIT
    app.register_error_handler(DestinationError, _destination_error_response)
    app.register_error_handler(HTTPException, _http_error_response)
    _guard_own_pages(app, access_policy)
    _add_tracking_views(app, by_key)
    _add_cors(app)

    @app.get(STATUS_PATH)
    def status() -> dict[str, Any]:
        return {write_key: source.status() for write_key, source in by_key.items()}

    _add_openapi_views(app)
    _wrap(app, trust_proxy=trust_proxy)
    return app


def _add_tracking_views(app: Flask, by_key: dict[str, Source]) -> None:
    @app.post(f"/v1/<any({', '.join(KINDS)}):name>")
    @app.post(f"/<any({', '.join(KINDS)}):name>")
    def accept(name: str) -> Response:
        body = decompress(request.get_data(cache=False), request.content_encoding)
        _accept(by_key, read_call(KINDS[name], body, _user()))
        return jsonify(success=True)

    @app.get(f"/v1/pixel/<any({', '.join(TYPES)}):name>")
    @app.get(f"/pixel/<any({', '.join(TYPES)}):name>")
    def pixel(name: str) -> Response:
        """Answer with an image even if the event is not accepted, like Segment (documented).

        Only an outage of this server is answered with an error, because an event answered with 200 is kept.
        """
        try:
            _accept(by_key, read_pixel(name, request.args.to_dict(), _user()))
        except DestinationError as error:
            if STATUSES.get(error.kind) in RETRY_AFTER:
                raise
            log.warning("/v1/pixel/%s: rejected: %s", name, ascii(error.message)[1:-1])
        return Response(PIXEL_GIF, mimetype="image/gif", headers={"Cache-Control": "no-store"})


def _add_openapi_views(app: Flask) -> None:
    @app.get(OPENAPI_PATH)
    def openapi_document() -> dict[str, Any]:
        from pendo_destination.source.operations import tracking_api_document  # noqa: PLC0415 - start-up time

        return tracking_api_document()

    @app.get(OPENAPI_PAGE)
    def openapi_page() -> Response:
        from pendo_contracts.common.openapi.page import openapi_page as write_page  # noqa: PLC0415 - start-up time
        from pendo_contracts.common.openapi.page import page_policy  # noqa: PLC0415 - the same
        from pendo_destination.source.operations import tracking_api_document  # noqa: PLC0415 - start-up time

        page = write_page(tracking_api_document(), OPENAPI_PATH)
        return Response(page, mimetype="text/html", headers={"Content-Security-Policy": page_policy()})


def _add_cors(app: Flask) -> None:
    @app.after_request
    def add_cors_headers(response: Response) -> Response:
        """Add the headers with which pages of other sites can read a response, including errors for wrong paths."""
        if request.endpoint in CORS_ENDPOINTS or (request.endpoint is None and not _is_own_page()):
            response.headers.update(CORS_HEADERS)
        return response


def _user() -> str | None:
    return request.authorization.username if request.authorization else None


def _accept(by_key: dict[str, Source], call: TrackingCall) -> None:
    source = by_key.get(call.write_key)
    if source is None:
        # Segment answers 200 and drops such calls (documented). An error helps to find a wrong key.
        message = f"there is no source with the write key {call.write_key!r}"
        raise DestinationError(message, kind="invalid_write_key")
    source.accept(call, datetime.now(UTC))


def _guard_own_pages(app: Flask, access_policy: AccessPolicy) -> None:
    @app.before_request
    def guard() -> Response | None:
        if not _is_own_page():
            return None
        denial = access_policy.check({name.lower(): value for name, value in request.headers.items()}, request.method)
        return denial and _error_response(denial.status, "no_access", denial.message)

    @app.after_request
    def add_security_headers(response: Response) -> Response:
        if _is_own_page():
            for name, value in SECURITY_HEADERS.items():
                response.headers.setdefault(name, value)
        return response


def _is_own_page() -> bool:
    return request.path.startswith(OWN_PREFIX) or request.path in {OPENAPI_PATH, OPENAPI_PAGE}


def _wrap(app: Flask, *, trust_proxy: bool) -> None:
    """Make the application ignore double and trailing slashes in paths, because users write such base URLs."""
    route: WSGIApplication = app.wsgi_app

    def route_normal_path(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = re.sub("/+", "/", environ["PATH_INFO"]).rstrip("/") or "/"
        return route(environ | {"PATH_INFO": path}, start_response)

    app.wsgi_app = ProxyFix(route_normal_path, x_for=0, x_host=1) if trust_proxy else route_normal_path  # type: ignore[method-assign]


def _destination_error_response(error: DestinationError) -> Response:
    return _error_response(STATUSES.get(error.kind, 400), error.kind, error.message)


def _http_error_response(error: HTTPException) -> Response:
    """Return the response for an error of Flask; Segment answers 400 for a body that is too large (documented)."""
    if error.code == 413:
        return _error_response(400, "payload_too_large", f"the body is larger than the limit of {BATCH_LIMIT:,} bytes")
    if error.code == 404 and error.description == NotFound.description:
        return _error_response(404, "not_found", f"{request.path} does not exist; the paths are {', '.join(_PATHS)}")
    response = _error_response(error.code or 500, "invalid_request", error.description or error.name)
    response.headers.extend((name, value) for name, value in error.get_headers() if name.lower() != "content-type")
    return response


def _error_response(status: int, code: str, message: str) -> Response:
    response = jsonify(success=False, code=code, message=message)
    response.status_code = status
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    if status == 401 and code == "no_access":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
