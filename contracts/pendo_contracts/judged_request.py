"""Judged: a beacon with its verdicts and where it came from; what rules and reports go by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pendo_contracts.beacon import Beacon
    from pendo_contracts.verdict import Verdict


@dataclass(frozen=True, slots=True)
class JudgedRequest:
    """A beacon with its verdicts and where it came from (`capture.ndjson:12`, `exchange 7`).

    `fault` names what the receiver did wrong on purpose, and `refused` says that it therefore accepted nothing: a
    sender that does not try again has lost the events. `notes` say what else there is to know.
    """

    where: str
    beacon: Beacon
    verdicts: tuple[Verdict, ...]
    fault: str = ""
    refused: bool = False
    notes: tuple[str, ...] = ()

    def accepts(self, verdict: Verdict) -> bool:
        """Tell whether a verdict is on an event that the receiver took in."""
        return verdict.index is not None and not self.refused
