"""The Flask application: Segment's Tracking API, and a status page under a prefix that Segment does not use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from pendo_destination.errors import DestinationError
from pendo_destination.source.tracking_call import BATCH_LIMIT, KINDS, decompress, read_call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_destination.source.source import Source
    from pendo_destination.source.tracking_call import TrackingCall

STATUS_PATH: Final = "/_source/status"

# Segment's library for browsers authenticates by a header, so browsers send a preflight request (observed).
CORS_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "authorization, content-encoding, content-type, x-retry-count",
    "Access-Control-Allow-Private-Network": "true",
    "Access-Control-Max-Age": "600",
}

# The status for each kind of error; 400 for the rest. Segment's libraries give up on 400 and 401 and retry on 429
# and 503 (observed in published code).
STATUSES: Final = {"invalid_write_key": 401, "not_found": 404, "rate_limit": 429, "closing": 503}

# Seconds by status. Segment sends this header with 429, its answer to too many events (documented).
RETRY_AFTER: Final = {429: "1", 503: "1"}


def create_app(sources: Iterable[Source]) -> Flask:
    """Create the application for several sources."""
    by_key = {source.write_key: source for source in sources}
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BATCH_LIMIT
    app.register_error_handler(DestinationError, _destination_error_response)
    app.register_error_handler(HTTPException, _http_error_response)

    @app.post("/v1/<name>")
    def accept(name: str) -> Response:
        call = _read_call(name)
        source = by_key.get(call.write_key)
        if source is None:
            # Segment answers 200 and drops such calls (documented). An error helps to find a wrong key.
            message = f"there is no source with the write key {call.write_key!r}"
            raise DestinationError(message, kind="invalid_write_key")
        source.accept(call, datetime.now(UTC))
        return jsonify(success=True)

    @app.get(STATUS_PATH)
    def status() -> dict[str, Any]:
        return {write_key: source.status() for write_key, source in by_key.items()}

    @app.after_request
    def add_cors_headers(response: Response) -> Response:
        response.headers.update(CORS_HEADERS)
        return response

    return app


def _read_call(name: str) -> TrackingCall:
    """Read the request; ignore its content type, because Segment's library for browsers sends text/plain (observed)."""
    kind = KINDS.get(name)
    if kind is None:
        paths = ", ".join(f"/v1/{name}" for name in KINDS)
        raise DestinationError(f"/v1/{name} does not exist; use {paths} or {STATUS_PATH}", kind="not_found")
    body = decompress(request.get_data(cache=False), request.content_encoding)
    return read_call(kind, body, request.authorization.username if request.authorization else None)


def _destination_error_response(error: DestinationError) -> Response:
    return _error_response(STATUSES.get(error.kind, 400), error.kind, error.message)


def _http_error_response(error: HTTPException) -> Response:
    """Return the response for an error of Flask; to Segment a body that is too large is a bad request (documented)."""
    if error.code == 413:
        return _error_response(400, "payload_too_large", f"the body is larger than the limit of {BATCH_LIMIT:,} bytes")
    return _error_response(error.code or 500, "invalid_request", error.description or error.name)


def _error_response(status: int, code: str, message: str) -> Response:
    response = jsonify(success=False, code=code, message=message)
    response.status_code = status
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response
