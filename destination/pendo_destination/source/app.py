"""The application: the Tracking API's endpoints, and a status page under a prefix that Segment does not use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from pendo_destination.errors import DestinationError
from pendo_destination.source.call import BATCH_LIMIT, KINDS, inflate, read_call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_destination.source.call import Call
    from pendo_destination.source.source import Source

STATUS: Final = "/_source/status"

# Segment's library for browsers asks before it posts, since it authenticates by a header: observed.
CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "authorization, content-encoding, content-type, x-retry-count",
    "Access-Control-Allow-Private-Network": "true",
    "Access-Control-Max-Age": "600",
}

# The status for each kind of error; 400 for the rest. Segment's libraries give up on 400 and 401 and retry on 429
# and 503 (observed in published code).
STATUSES: Final = {"invalid_write_key": 401, "not_found": 404, "rate_limit": 429, "closing": 503}

# Documented: too many events are answered with 429 and this header.
RETRY_AFTER: Final = {429: "1", 503: "1"}


def create_app(sources: Iterable[Source]) -> Flask:
    """Wire the Tracking API of some sources."""
    by_key = {source.write_key: source for source in sources}
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BATCH_LIMIT
    app.register_error_handler(DestinationError, _refuse)
    app.register_error_handler(HTTPException, _explain)

    @app.post("/v1/<name>")
    def accept(name: str) -> Response:
        call = _read_call(name)
        source = by_key.get(call.write_key)
        if source is None:
            # Segment acknowledges what it then drops (documented); here a wrong key is worth knowing of.
            raise DestinationError(
                f"there is no source with the write key {call.write_key!r}", kind="invalid_write_key"
            )
        source.accept(call, datetime.now(UTC))
        return jsonify(success=True)

    @app.get(STATUS)
    def status() -> dict[str, Any]:
        return {write_key: source.status() for write_key, source in by_key.items()}

    @app.after_request
    def allow_every_page(response: Response) -> Response:
        response.headers.update(CORS)
        return response

    return app


def _read_call(name: str) -> Call:
    """Read the request, whatever its content type: Segment's library for browsers posts JSON as text (observed)."""
    kind = KINDS.get(name)
    if kind is None:
        calls = ", ".join(f"/v1/{name}" for name in KINDS)
        raise DestinationError(f"there is no /v1/{name}; there are {calls}, and {STATUS}", kind="not_found")
    body = inflate(request.get_data(cache=False), request.content_encoding)
    return read_call(kind, body, request.authorization.username if request.authorization else None)


def _refuse(error: DestinationError) -> Response:
    return _answer(STATUSES.get(error.kind, 400), error.kind, error.message)


def _answer(status: int, code: str, message: str) -> Response:
    response = jsonify(success=False, code=code, message=message)
    response.status_code = status
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response


def _explain(error: HTTPException) -> Response:
    """Answer for a request that Flask rejects; a body that is too large is a bad request to Segment (documented)."""
    if error.code == 413:
        return _answer(400, "payload_too_large", f"no call has more than {BATCH_LIMIT:,} bytes")
    return _answer(error.code or 500, "invalid_request", error.description or error.name)
