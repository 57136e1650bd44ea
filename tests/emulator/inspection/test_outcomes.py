"""Answers and the reasons of different recorders are classified in the same way."""

import pytest

from pendo_emulator.inspection.reading.outcomes import classify

REASONS = {
    "policy": ["csp", "blocked:csp", "net::ERR_BLOCKED_BY_CSP", "Refused by Content Security Policy"],
    "mixed": ["mixed-content", "blocked:mixed-content", "Not allowed to display insecure content"],
    "client": ["net::ERR_BLOCKED_BY_CLIENT", "NS_ERROR_TRACKING_URI", "blocked by an extension", "inspector"],
    "certificate": ["net::ERR_CERT_DATE_INVALID", "SEC_ERROR_UNKNOWN_ISSUER", "net::ERR_SSL_PROTOCOL_ERROR"],
    "name": ["net::ERR_NAME_NOT_RESOLVED", "NS_ERROR_UNKNOWN_HOST", "getaddrinfo ENOTFOUND cdn.test"],
    "network": [
        "net::ERR_CONNECTION_RESET",
        "net::ERR_TIMED_OUT",
        "net::ERR_EMPTY_RESPONSE",
        "NS_ERROR_NET_TIMEOUT",
        "The request timed out.",
        "net::ERR_ADDRESS_UNREACHABLE",
        "net::ERR_PROXY_CONNECTION_FAILED",
    ],
    "offline": ["net::ERR_INTERNET_DISCONNECTED", "The Internet connection appears to be offline."],
    "aborted": ["net::ERR_ABORTED", "NS_BINDING_ABORTED", "Load cancelled"],
    "failed": ["net::ERR_FAILED", "something else"],
    "unresolved": ["", "  ", "NS_ERROR_CONTENT_BLOCKED"],
}
STATUSES = {
    None: "unknown",
    200: "ok",
    204: "ok",
    304: "ok",
    302: "redirect",
    400: "refused",
    404: "refused",
    413: "rejected",
    429: "throttled",
    451: "opted-out",
    500: "server-error",
}


@pytest.mark.parametrize(("outcome", "reason"), [(name, text) for name, texts in REASONS.items() for text in texts])
def test_reason_is_classified(outcome, reason):
    assert classify(0, reason) == outcome


@pytest.mark.parametrize(("status", "outcome"), STATUSES.items())
def test_status_is_classified(status, outcome):
    assert classify(status, "net::ERR_ABORTED") == outcome
