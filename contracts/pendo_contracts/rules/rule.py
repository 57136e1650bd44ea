"""Rule: what a stream of judged beacons shows that none of them shows alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.judged_request import JudgedRequest


class Rule(Protocol):
    """Sees each judged beacon once, in order of arrival, and remembers no more than it will need again."""

    def see(self, item: JudgedRequest) -> None:
        """Take notice of a beacon."""

    def notes(self) -> Iterator[str]:
        """Say what came of it: advice to people, no breach of a contract."""
