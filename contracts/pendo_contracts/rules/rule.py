"""Rule: a check over a stream of requests, for errors that no single request shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest


class Rule(Protocol):
    """A rule observes each request once, in order of arrival, and stores no more than it needs later."""

    def observe(self, request: JudgedRequest) -> Iterator[Finding]:
        """Take one more request; yield the findings that it completes."""

    def finish(self) -> Iterator[Finding]:
        """Yield the findings that only the end of the stream proves."""
