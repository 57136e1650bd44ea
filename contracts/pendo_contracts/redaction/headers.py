"""Redacts headers: only those that explain causes stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pendo_contracts.redaction.policies import redact_policy
from pendo_contracts.redaction.word_lists import words_of
from pendo_contracts.wire.beacon import HEADER_LIMIT, SECRET_HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_contracts.redaction.text_redactor import TextRedactor

_ADDRESSES: Final = frozenset({"referer", "origin", "location", "access-control-allow-origin", "host"})
_POLICIES: Final = frozenset({"content-security-policy", "content-security-policy-report-only"})
# Headers of lists of words that belong to HTTP.
_PUBLIC: Final = words_of(
    """
    cache-control content-encoding access-control-allow-credentials access-control-allow-headers
    access-control-allow-methods access-control-max-age access-control-request-headers
    access-control-request-method cross-origin-resource-policy cross-origin-opener-policy
    cross-origin-embedder-policy retry-after sec-fetch-dest sec-fetch-mode sec-fetch-site x-content-type-options
    """
)
_PUBLIC_WORD: Final = re.compile(
    r"""
    \d{1,9} | \* | no-cache | no-store | no-transform | must-revalidate | public | private | max-age=\d{1,9}
    | s-maxage=\d{1,9} | immutable | stale-while-revalidate=\d{1,9} | gzip | br | deflate | zstd | identity
    | true | false | get | head | post | put | patch | delete | options | content-type | authorization | accept | origin
    | x-requested-with | x-pendo-integration-key | x-pendo-track-event-secret | same-origin | same-site | cross-site
    | cross-origin | require-corp | unsafe-none | nosniff | none | cors | no-cors | navigate | websocket
    | audio | document | embed | empty | font | frame | iframe | image | manifest | object | report | script | style
    | track | video | worker | serviceworker | sharedworker | xslt
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LENGTH: Final = "content-length"
_TYPES: Final = re.compile(
    r"""
    text/(?:html|plain|css|javascript|xml|json|csv) | application/(?:json|javascript|x-javascript|xml|xhtml\+xml
    |octet-stream|x-www-form-urlencoded|manifest\+json) | multipart/form-data
    | image/(?:gif|png|jpeg|webp|svg\+xml|x-icon)
    | font/\w{3,5} | x-unknown
    """,
    re.VERBOSE | re.IGNORECASE,
)


def redact_headers(
    headers: Mapping[str, str], text: TextRedactor, redact_path: Callable[[str], str], growth: int = 0
) -> dict[str, str]:
    """Return the headers that explain causes, without personal data; `growth` is the change of the body's size."""
    kept: dict[str, str] = {}
    for name, value in headers.items():
        if (shown := _redacted(name, value, text, redact_path, growth)) is not None:
            kept[name] = shown
    size = sum(map(len, headers)) + sum(map(len, headers.values()))
    if size > HEADER_LIMIT:
        # That there were too many is a finding.
        kept["x-dropped"] = "x" * size
    return kept


def _redacted(name: str, value: str, text: TextRedactor, redact_path: Callable[[str], str], growth: int) -> str | None:
    """Return the value of a header, None for a header that is dropped."""
    if name in _ADDRESSES:
        return text.host(value) if name == "host" else text.text(value)
    if name in _POLICIES:
        return redact_policy(value, text, redact_path)
    if name == "content-type":
        return redact_type(value)
    if name == "accept":
        return "text/html,*/*" if value.startswith("text/html") else "*/*" if value else ""
    if name == _LENGTH:
        return str(max(0, int(value) + growth)) if value.isdecimal() and len(value) < 16 else None
    if name in SECRET_HEADERS:
        return text.value(value, is_id=True)
    if name in _PUBLIC:
        words = [word.strip() for word in value.split(",")]
        return ", ".join(word for word in words if _PUBLIC_WORD.fullmatch(word))
    return None


def redact_type(value: str) -> str:
    """Return a media type without its parameters, except utf-8; an unusual one becomes a common one of its kind."""
    mime, _, parameters = value.partition(";")
    mime = mime.strip()
    if not _TYPES.fullmatch(mime):
        kinds = (("html", "text/html"), ("javascript", "text/javascript"), ("json", "application/json"))
        mime = (
            next((shown for word, shown in kinds if word in mime.lower()), "application/octet-stream") if mime else ""
        )
    return f"{mime}; charset=utf-8" if "utf-8" in parameters.lower() else mime
