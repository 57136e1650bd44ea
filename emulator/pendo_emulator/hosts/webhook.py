"""The webhook: Segment events that the cloud posts to `/data/segmentio/<apiKey>`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.http.response import document

if TYPE_CHECKING:
    from pendo_emulator.http.response import Answer, Answers


def _accept(*_: object) -> Answer:
    """Accept an event; what the real webhook's body says is unknown: assumed empty."""
    return document({})


ANSWERS: Final[Answers] = {"segmentio": _accept}
