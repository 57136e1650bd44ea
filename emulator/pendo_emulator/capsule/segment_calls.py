"""Reduces the page's own calls to Segment to the members that an inspection reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.redaction.json_redactor import dump
from pendo_contracts.wire.beacon import split_url
from pendo_emulator.inspection.reading.segment_traffic import MAX_TEXT, read_call

if TYPE_CHECKING:
    from pendo_contracts.redaction.text_redactor import TextRedactor
    from pendo_contracts.wire.envelope import Envelope

_IDS: Final = ("userId", "groupId", "anonymousId")


def redact_call(envelope: Envelope, text: TextRedactor) -> bytes:
    """Return the body of a call to Segment with type, ids and event's name, b"" for any other request."""
    body = envelope.body[:MAX_TEXT].decode("utf-8", "replace") if envelope.method == "POST" else ""
    if not body or read_call(split_url(envelope.url)[1], body) is None:
        return b""
    call = json.loads(body)
    shown: dict[str, Any] = {"type": call["type"], "messageId": "dropped"}
    context = call.get("context")
    shown |= {name: text.value(value, is_id=True) for name in _IDS if isinstance(value := call.get(name), str)}
    if isinstance(context, dict) and isinstance(group := context.get("groupId"), str):
        shown["context"] = {"groupId": text.value(group, is_id=True)}
    if isinstance(event := call.get("event"), str):
        shown["event"] = text.value(event)
    return dump(shown)
