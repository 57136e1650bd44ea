"""What the emulator answers: like Pendo where that is known, with the verdict beside it in a header."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from flask import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from contracts.verdict import Violation
    from emulator.exchange import Exchange
    from emulator.subscription import Subscription

    Answers = Mapping[str, Callable[[Exchange, Subscription], Response]]

# The agent's <img> beacons count as delivered only if the body is an image it can decode: observed.
GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

# guide.json, the guide.gif probe and every POST fail in a browser without these: observed.
CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Allow-Private-Network": "true",
    "Access-Control-Max-Age": "600",
    "Cache-Control": "no-store",
}


def gif() -> Response:
    """Answer with an image of one pixel."""
    return Response(GIF, 200, mimetype="image/gif")


def document(value: Any, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(json.dumps(value), status, mimetype="application/json")


def problem(status: int, title: str, **facts: Any) -> Response:
    """Answer with a problem document (RFC 9457)."""
    body = {"title": title, "status": status} | facts
    return Response(json.dumps(body, indent=2), status, mimetype="application/problem+json")


def unreadable(exchange: Exchange, status: int = 400) -> Response:
    """Answer a request that could not be understood: what was wrong and what would mend it."""
    faults = exchange.beacon.faults
    return problem(status, faults[0].message, fix=faults[0].fix, violations=violations(faults))


def violations(found: Iterable[Violation]) -> list[dict[str, str]]:
    """List violations as JSON."""
    return [
        {"contract": v.contract, "rule": v.rule, "pointer": v.pointer, "message": v.message, "fix": v.fix}
        for v in found
    ]
