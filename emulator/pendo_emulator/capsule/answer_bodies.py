"""Reduces the bodies of answers: pages, Segment's settings and the answer to an opted-out visitor; others go."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.redaction.policies import redact_policy
from pendo_emulator.inspection.reading.har_entries import InspectionHarReader
from pendo_emulator.inspection.reading.recorded_request import InspectedEntry

if TYPE_CHECKING:
    from pendo_contracts.redaction.request_redactor import RequestRedactor
    from pendo_contracts.redaction.text_redactor import TextRedactor
    from pendo_emulator.inspection.reading.documents import Document
    from pendo_emulator.inspection.reading.segment_traffic import SegmentSettings

_PENDO: Final = re.compile("pendo", re.IGNORECASE)
_KEY: Final = "00000000-0000-4000-8000-000000000000"
_LOADER: Final = f"<script>window.pendo=window.pendo||{{}};/* agent/static/{_KEY}/pendo.js */</script>"


def redact_answer_body(value: Any, text: TextRedactor, requests: RequestRedactor) -> dict[str, str]:
    """Return `text` of the content of an answer, {} for an answer whose body explains nothing."""
    entry = InspectionHarReader().read_entry(value, "", lambda _: None)
    if not isinstance(entry, InspectedEntry) or (request := entry.request) is None:
        return {}
    if request.document is not None:
        return _document(value, request.document, text, requests)
    if request.segment_settings is not None:
        return {"text": _settings(request.segment_settings, text)}
    return {"text": '{"statusCode": 451}'} if request.opted_out else {}


def _document(value: Any, document: Document, text: TextRedactor, requests: RequestRedactor) -> dict[str, str]:
    """Return a page of which only the statements about Pendo are left."""
    if not document.has_text:
        return {}
    policies = [
        f'<meta http-equiv="Content-Security-Policy" content="{escape(redact_policy(policy, text, requests.path))}">'
        for policy in _meta_policies(value, document)
    ]
    loads = "".join(f'<script>"{host}"</script>' for host in document.script_hosts)
    parts = ["<!doctype html><title>reduced page</title>", *policies]
    if "pendo" in document.snippets:
        parts += [_LOADER * (2 if document.repeats_snippet else 1), loads]
        parts += ["<script>pendo.initialize({})</script>"] * document.starts
        parts += ["<p>consent</p>"] * document.asks_consent
        parts += ["<script>'VISITOR-UNIQUE-ID'</script>"] * document.has_placeholder
    parts += ["<script>analytics.load()</script>"] * ("segment" in document.snippets)
    return {"text": "".join(parts)}


def _meta_policies(value: Any, document: Document) -> list[str]:
    """Return the policies in the text of a page: those that are not in its headers."""
    header_policies = _count_header_policies(value)
    return [
        ";".join(" ".join((name, *sources)) for name, sources in policy.directives.items())
        for policy in document.policies[header_policies:]
    ]


def _count_header_policies(value: Any) -> int:
    """Return the number of policies that a page without its text has."""
    content = {**(value["response"].get("content") or {}), "text": ""}
    bare = {**value, "response": {**value["response"], "content": content}}
    entry = InspectionHarReader().read_entry(bare, "", lambda _: None)
    document = entry.request.document if isinstance(entry, InspectedEntry) and entry.request else None
    return len(document.policies) if document else 0


def _settings(settings: SegmentSettings, text: TextRedactor) -> str:
    """Return the settings of a source: only the names of its destinations."""
    names = [name if name == "Segment.io" else text.value(name) for name in settings.destinations]
    if settings.has_pendo and not any(map(_PENDO.search, names)):
        names.append("Pendo")
    return json.dumps({"integrations": {name: {} for name in names}})
