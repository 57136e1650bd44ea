"""Rule: a check over a stream of requests, for errors that no single request shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest


class Rule(Protocol):
    """A rule gets each request once, in order of arrival, and stores only data that it needs later."""

    def observe(self, request: JudgedRequest) -> Iterator[Finding]:
        """Check one more request; yield the findings that this request completes."""

    def finish(self) -> Iterator[Finding]:
        """Yield the findings that are certain only at the end of the stream."""
