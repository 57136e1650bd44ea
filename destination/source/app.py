"""The application: the Tracking API's endpoints, and a status page under a prefix that Segment does not use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from destination.source.call import BATCH_LIMIT, KINDS, CallError, inflate, read_call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from destination.source.source import Source

STATUS: Final = "/_source/status"

# Segment's library for browsers sends the write key as Basic authentication, and text/plain: observed.
CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "authorization, content-encoding, content-type, x-retry-count",
    "Access-Control-Allow-Private-Network": "true",
    "Access-Control-Max-Age": "600",
}
RETRY_AFTER: Final = {429: "1", 503: "1"}


def create_app(sources: Iterable[Source]) -> Flask:
    """Wire the Tracking API for some sources."""
    by_key = {source.write_key: source for source in sources}
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BATCH_LIMIT

    @app.post("/v1/<name>")
    def accept(name: str) -> Response:
        kind = KINDS.get(name) or abort(404)
        body = inflate(request.get_data(cache=False), request.content_encoding)
        call = read_call(kind, body, request.authorization.username if request.authorization else None)
        source = by_key.get(call.write_key) if isinstance(call.write_key, str) else None
        if source is None:
            raise CallError(401, "invalid_write_key", f"there is no source with the write key {call.write_key!r}")
        source.accept(call, datetime.now(UTC))
        return jsonify(success=True)

    @app.get(STATUS)
    def status() -> dict[str, Any]:
        return {write_key: source.status() for write_key, source in by_key.items()}

    @app.after_request
    def allow_any_page(response: Response) -> Response:
        response.headers.update(CORS)
        return response

    app.register_error_handler(CallError, lambda error: refuse(error.status, error.code, error.message))
    ...
    return app
