"""Reports errors on a page to Pendo."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pendo_destination.agent.delivery.data_host import DataHost
    from pendo_destination.agent.visitor.identity import Identity


class ErrorLog:
    """Sends errors with the visitor's id to the data host."""

    def __init__(self, host: DataHost, identity: Identity) -> None:
        self._host, self._identity = host, identity
        self._reported: set[str] = set()

    def report(self, error: str) -> None:
        """Report an error."""
        self._host.log_error(error, self._identity.visitor_id)

    def report_once(self, message: str) -> None:
        """Report an exception in the agent, unless the page has reported the same message."""
        if message not in self._reported:
            self._reported.add(message)
            self.report(f"[{message}]\nTypeError: {message}")
