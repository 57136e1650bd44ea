"""JSON documents of the control API."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins
from msgspec.structs import asdict

if TYPE_CHECKING:
    from pendo_contracts.verdict import Verdict
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.storage.query import Count


def describe_exchange(exchange: Exchange) -> dict[str, Any]:
    """Return an exchange as JSON: the sent request, its decoded payload, the verdicts and the response status."""
    envelope, beacon = exchange.envelope, exchange.beacon
    return {
        "id": exchange.id,
        "good": exchange.good,
        "not_judged": exchange.not_judged,
        "status": exchange.status,
        "fault": exchange.fault,
        "notes": exchange.notes,
        "api_key": beacon.api_key,
        "region": beacon.place.name,
        "host": beacon.place.explain(),
        "endpoint": beacon.endpoint_name,
        "method": envelope.method,
        "url": envelope.url,
        "headers": dict(envelope.headers),
        **_body(envelope.body),
        "received_at": envelope.received_at,
        "payload": beacon.payload,
        "verdicts": [_describe_verdict(verdict) for verdict in exchange.verdicts],
    }


def describe_count(count: Count) -> dict[str, Any]:
    """Return the numbers of received, broken and kept events of one type at one endpoint of a region, as JSON."""
    return asdict(count) | {"kept": count.received - count.broken}


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}


def _describe_verdict(verdict: Verdict) -> dict[str, Any]:
    document: dict[str, Any] = to_builtins(verdict)
    return document | {"kept": verdict.kept}
