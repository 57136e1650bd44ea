"""Redacts Content-Security-Policies: hosts of customers, paths and nonces; what a policy allows stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pendo_contracts.redaction.word_lists import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_contracts.redaction.text_redactor import TextRedactor

_DIRECTIVE: Final = re.compile(r"[a-z]+(?:-[a-z]+)*", re.IGNORECASE)
_DROPPED: Final = frozenset({"report-uri", "report-to"})
_KEYWORDS: Final = words_of(
    """
    'self' 'none' 'unsafe-inline' 'unsafe-eval' 'strict-dynamic' 'unsafe-hashes' 'report-sample' 'wasm-unsafe-eval'
    'inline-speculation-rules' 'script'
    """
)
_SCHEME: Final = re.compile(r"(?:https?|wss?|data|blob|filesystem|mediastream|about):|\*", re.IGNORECASE)
_SOURCE: Final = re.compile(r"((?:[a-z][a-z0-9+.-]*://)?)((?:\*\.)?)([^/]*)(.*)", re.IGNORECASE | re.DOTALL)


def redact_policy(policy: str, text: TextRedactor, redact_path: Callable[[str], str]) -> str:
    """Return a policy with pseudonyms for hosts and paths, and without the addresses for reports."""
    return ",".join(_redact_part(part, text, redact_path) for part in policy.split(","))


def _redact_part(part: str, text: TextRedactor, redact_path: Callable[[str], str]) -> str:
    directives = []
    for directive in part.split(";"):
        name, *sources = directive.split() or [""]
        if name and name.lower() not in _DROPPED:
            shown = name if _DIRECTIVE.fullmatch(name) and len(name) < 30 else text.text(name)
            directives.append(" ".join((shown, *(_redact_source(source, text, redact_path) for source in sources))))
    return "; ".join(directives)


def _redact_source(source: str, text: TextRedactor, redact_path: Callable[[str], str]) -> str:
    if source.lower() in _KEYWORDS or _SCHEME.fullmatch(source):
        return source
    if source.startswith("'"):
        return "'nonce-redacted'"
    found = _SOURCE.fullmatch(source)
    if found is None:
        return text.text(source)
    scheme, star, host, path = found.groups()
    return scheme + star + text.host(host) + redact_path(path)
