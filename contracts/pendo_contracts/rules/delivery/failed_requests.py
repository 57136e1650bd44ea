"""Finds out from the answer whether a request reached Pendo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pendo_contracts.rules.request_facts import Facts

# Observed: a browser aborts the requests of a page that the visitor leaves; Pendo answers 451 if a visitor opted out.
_ABORTED: Final = "net::ERR_ABORTED"
_OPTED_OUT: Final = 451


def describe_failure(facts: Facts) -> str:
    """Return how a request failed, as the end of "the request ..."; "" if it succeeded or if the answer is unknown."""
    if facts.status is None:
        return ""
    if facts.not_received:
        return "" if facts.not_received == _ABORTED else f"got no answer: {facts.not_received}"
    if facts.status <= 0:
        return "got no answer"
    failed = facts.status >= 400 and facts.status != _OPTED_OUT
    return f"was answered with status {facts.status}" if failed else ""
