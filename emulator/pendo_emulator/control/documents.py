"""Documents: what the control API and Python say of exchanges, and what they are told of an API key."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pendo_contracts.verdict import Verdict
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.storage.query import Count


def describe(exchange: Exchange) -> dict[str, Any]:
    """Describe an exchange: the request as it was sent, what it says, how it was judged and answered."""
    envelope, beacon = exchange.envelope, exchange.beacon
    return {
        "id": exchange.id,
        "good": exchange.good,
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


def summarize(count: Count) -> dict[str, Any]:
    """Describe how many events of one type a region's endpoint received, kept and broken."""
    return asdict(count) | {"kept": count.received - count.broken}


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}


def _describe_verdict(verdict: Verdict) -> dict[str, Any]:
    return asdict(verdict) | {"kept": verdict.kept}
