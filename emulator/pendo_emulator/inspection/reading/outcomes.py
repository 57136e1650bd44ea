"""Classifies the answers of recorded requests, in the words of different recorders."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

Outcome: TypeAlias = Literal[
    "ok", "redirect", "refused", "rejected", "opted-out", "throttled", "server-error",
    "policy", "client", "mixed", "certificate", "name", "network", "offline", "aborted", "failed", "unresolved",
    "unanswered", "unknown",
]  # fmt: skip

BLOCKED: Final[frozenset[Outcome]] = frozenset({"policy", "client", "mixed"})
FAILED: Final[frozenset[Outcome]] = frozenset(
    {"certificate", "name", "network", "offline", "aborted", "failed", "unresolved", "unanswered"}
)
REFUSED: Final[frozenset[Outcome]] = frozenset({"refused", "rejected", "opted-out", "throttled", "server-error"})

_OPTED_OUT: Final = 451
_THROTTLED: Final = 429
# Answers about one request, not about the API key: its method, its time, its size, its type, its URL.
_ABOUT_ONE_REQUEST: Final = frozenset({405, 408, 411, 413, 414, 415, 417, 431})

# The reasons of Chromium, Firefox, WebKit, Playwright, Charles, Fiddler and mitmproxy (observed in their sources and
# recordings); the first pattern that matches counts.
_REASONS: Final[tuple[tuple[str, Outcome], ...]] = (
    (r"\bcsp\b|content.security.policy|err_blocked_by_csp", "policy"),
    (r"mixed.content|mixedcontent|ns_error_mixed|insecure content", "mixed"),
    (r"err_blocked_by_(client|administrator)|content.?blocker|tracking_uri|blocked by client", "client"),
    (r"blocked:other|blocked by .*(extension|adblock)|blocked_by_extension|^inspector$", "client"),
    (r"err_cert|err_ssl|sec_error|ssl_error|pkix|mozilla_pkix|certificate|tls|ssl handshake|nsurlerrorservercert",
     "certificate"),
    (r"name_not_resolved|name_resolution|unknown_host|unknown_proxy_host|err_dns|could not (be )?(find|resolve|found)",
     "name"),
    (r"hostname could not be found|name or service not known|getaddrinfo|nodename nor servname|no address associated",
     "name"),
    (r"enotfound|dns lookup|unknownhost|nxdomain", "name"),
    (r"internet_disconnected|network_changed|ns_error_offline|appears to be offline|network_io_suspended", "offline"),
    (r"err_aborted|ns_binding_aborted|ns_error_abort|load.?cancel|cancell?ed|client disconnect|^aborted$", "aborted"),
    (r"connection|connect_|timed?.?out|timeout|refused|reset|unreachable|empty_response|net_interrupt", "network"),
    (r"econn|socket|network_access_denied|http2_|quic|could not connect|server closed|broken pipe|eof", "network"),
    (r"address_invalid|proxy|tunnel", "network"),
    (r"content_blocked|ns_error_content", "unresolved"),
    (r".", "failed"),
)  # fmt: skip
_PATTERNS: Final = tuple((re.compile(pattern, re.IGNORECASE), outcome) for pattern, outcome in _REASONS)
_MAX_REASON: Final = 500


def classify(status: int | None, reason: str) -> Outcome:
    """Classify an answer by its status (None if the recording has no answers) and the recorder's reason for a failure.

    `unresolved` is a request without status and without reason: a policy, mixed content or a host that never answers.
    """
    if status is None:
        return "unknown"
    if status <= 0:
        return _classify_reason(reason)
    if status == _OPTED_OUT:
        return "opted-out"
    if status == _THROTTLED:
        return "throttled"
    if status >= 500:
        return "server-error"
    if status >= 400:
        return "rejected" if status in _ABOUT_ONE_REQUEST else "refused"
    return "redirect" if 300 <= status < 400 and status != 304 else "ok"


def _classify_reason(reason: str) -> Outcome:
    text = reason.strip()[:_MAX_REASON]
    if not text:
        return "unresolved"
    return next(outcome for pattern, outcome in _PATTERNS if pattern.search(text))
