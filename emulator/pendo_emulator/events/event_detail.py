"""Describes one event: its payload, its verdict with the lines of the contract, and the request it came in."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.events.contract_lines import describe_contract, describe_violation
from pendo_emulator.events.resend_command import resend_command
from pendo_emulator.events.retries import find_retries
from pendo_emulator.events.timeline_event import list_events
from pendo_emulator.recorder.stored_exchange_decoder import restore
from pendo_emulator.storage.event_scan import Scan

if TYPE_CHECKING:
    from pendo_contracts.verdict import Verdict
    from pendo_emulator.events.cursor import Cursor
    from pendo_emulator.events.timeline_event import TimelineEvent
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.storage.store import Store

MAX_SIBLINGS: Final = 200
# Characters of the encoded and of the decoded payload; the event itself is complete.
MAX_TEXT: Final = 64 * 1024


def describe_event(store: Store, api_key: str | None, position: Cursor, emulator: str) -> dict[str, Any] | None:
    """Return everything that the store has about one event; None if there is no such event.

    `emulator` is the URL for the command that sends the request again. Raises StoreError if the store cannot be read.
    """
    rows = store.reader.scan(Scan(api_key, position.request - 1, limit=1))
    stored = store.reader.read_ids([position.request])
    events = list(list_events(rows[0])) if rows and rows[0].id == position.request else []
    event = next((one for one in events if one.index == position.index), None)
    if event is None or not stored:
        return None
    exchange = restore(stored[0])
    index = event.index
    known = index is not None and index < len(exchange.beacon.events)
    verdict = exchange.verdicts[index + 1] if index is not None and known else exchange.verdicts[0]
    return {
        "event": event.as_document(),
        "payload": exchange.beacon.events[index].value if index is not None and known else None,
        "verdict": _describe_verdict(verdict, event),
        "contract": describe_contract(verdict.contract),
        "request": _describe_request(exchange),
        "retries": find_retries(store, rows[0], stored[0]),
        "siblings": [one.as_document() for one in events[:MAX_SIBLINGS]],
        "further_siblings": max(0, len(events) - MAX_SIBLINGS),
        "curl": resend_command(exchange.envelope, emulator),
    }


def _describe_verdict(verdict: Verdict, event: TimelineEvent) -> dict[str, Any]:
    return {
        "verdict": event.verdict,
        "contract": verdict.contract,
        "violations": [describe_violation(one) for one in verdict.violations],
        "warnings": [describe_violation(one) for one in verdict.warnings],
    }


def _describe_request(exchange: Exchange) -> dict[str, Any]:
    envelope, beacon = exchange.envelope, exchange.beacon
    payload = "" if beacon.payload is None else json.dumps(beacon.payload, ensure_ascii=False, default=str)
    encoded = _encoded(exchange)
    return {
        "id": exchange.id,
        "method": envelope.method,
        "url": envelope.url,
        "headers": dict(envelope.headers),
        **_body(envelope.body),
        "received_at": envelope.received_at,
        "status": exchange.status,
        "good": exchange.good,
        "accepted": exchange.accepted and not exchange.rejection,
        "not_judged": exchange.not_judged,
        "fault": exchange.fault,
        "notes": list(exchange.notes),
        "place": beacon.place.explain(),
        "violations": [describe_violation(one) for one in exchange.verdicts[0].violations],
        "jzb": {"text": encoded[:MAX_TEXT], "size": len(encoded)} if encoded else None,
        "decoded": {"text": payload[:MAX_TEXT], "size": len(payload)} if payload else None,
    }


def _encoded(exchange: Exchange) -> str:
    """Return the payload as it was sent in a jzb, "" for other payloads."""
    beacon = exchange.beacon
    if not beacon.endpoint or beacon.endpoint.carrier not in {"jzb", "jzb-text"}:
        return ""
    if beacon.endpoint.carrier == "jzb-text" and exchange.envelope.body:
        return exchange.envelope.body.decode("latin-1")
    packed = beacon.body.get("events") if isinstance(beacon.body, dict) else beacon.query.get("jzb")
    return packed if isinstance(packed, str) else ""


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}
