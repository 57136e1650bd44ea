"""Document: a page of a recording, reduced to its policies and to the ways in which it loads Pendo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Final

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.inspection.reading.content_security_policy import MAX_POLICY, Policy, read_policies

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_DOCUMENT: Final = 4 * 1024 * 1024
MAX_POLICIES: Final = 4

_SCRIPT_HOST: Final = re.compile(
    r"(?<![\w.-])(?:" + "|".join(re.escape(region.content_host) for region in REGIONS.values()) + r")(?![\w.-])"
)
_SCRIPT: Final = re.compile(r"<script\b.*?</script", re.IGNORECASE | re.DOTALL)
_KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_META: Final = re.compile(r"<meta\b([^<>]*)>", re.IGNORECASE)
_IS_POLICY: Final = re.compile(r"http-equiv\s*=\s*[\"']?\s*content-security-policy\s*[\"'\s/]?", re.IGNORECASE)
_CONTENT: Final = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_SNIPPETS: Final = (
    ("pendo", re.compile(r"agent/static/|pendo\.js\b|\bpendo\._q\b|window\.pendo\b|\[['\"]pendo['\"]\]")),
    ("segment", re.compile(r"analytics\.js/v1/|\banalytics\.load\b|\banalytics\._writeKey\b")),
)
_STARTS: Final = re.compile(r"\bpendo\.initialize\s*\(")
_PLACEHOLDER: Final = re.compile(r"['\"](?:VISITOR|ACCOUNT)-UNIQUE-ID['\"]", re.IGNORECASE)
_CONSENT: Final = re.compile(r"consent|cookie.?(?:banner|notice|bot)|onetrust|usercentrics|didomi|gdpr", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """A page: its policies, and what its text says about Pendo.

    `has_text` is false if the recorder did not keep the text: then only the headers are known. `snippets` are the ways
    in which the text loads the agent: `pendo` (Pendo's own snippet) and `segment`. `starts` is whether the text calls
    pendo.initialize, `asks_consent` whether it has words of a consent dialogue, `has_placeholder` whether it has an id
    of the example in Pendo's snippet. `repeats_snippet` is whether two script elements load the agent
    of one API key. `script_hosts` are the hosts of Pendo's script in the text. `is_frame` is true for an iframe.
    """

    has_text: bool
    policies: tuple[Policy, ...] = ()
    snippets: tuple[str, ...] = ()
    starts: bool = False
    asks_consent: bool = False
    has_placeholder: bool = False
    repeats_snippet: bool = False
    script_hosts: tuple[str, ...] = ()
    is_frame: bool = False


def read_document(policies: Iterable[tuple[str, str]], text: str, *, is_frame: bool) -> Document:
    """Read a document from its headers with policies, and from its text, "" if that is not recorded."""
    texts = [value for _, value in policies]
    text = text[:MAX_DOCUMENT]
    visible = _COMMENT.sub("", text) if "<!--" in text else text
    texts += _meta_policies(visible)
    policies_read = tuple(read_policies(texts[:MAX_POLICIES]))
    snippets = tuple(name for name, pattern in _SNIPPETS if pattern.search(visible))
    if "pendo" not in snippets:
        return Document(bool(text.strip()), policies_read, snippets, is_frame=is_frame)
    return Document(
        has_text=True,
        policies=policies_read,
        snippets=snippets,
        starts=_STARTS.search(visible) is not None,
        asks_consent=_CONSENT.search(visible) is not None,
        has_placeholder=_PLACEHOLDER.search(visible) is not None,
        repeats_snippet=_repeats_snippet(visible),
        script_hosts=tuple(dict.fromkeys(_SCRIPT_HOST.findall(visible))),
        is_frame=is_frame,
    )


def _repeats_snippet(text: str) -> bool:
    """Return whether two script elements load the agent of the same API key."""
    loaders = [element for element in _SCRIPT.findall(text) if "agent/static/" in element]
    keys = [key for element in loaders for key in set(_KEY.findall(element))]
    return len(keys) > len(set(keys))


def _meta_policies(text: str) -> list[str]:
    found: list[str] = []
    for meta in _META.finditer(text):
        attributes = meta.group(1)
        content = _CONTENT.search(attributes) if _IS_POLICY.search(attributes) else None
        if content and len(found) < MAX_POLICIES:
            found.append(unescape(next(filter(None, content.groups()), ""))[:MAX_POLICY])
    return found
