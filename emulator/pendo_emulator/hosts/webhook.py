"""The webhook: Segment events that the cloud posts to `/data/segmentio/<apiKey>`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.http.response import json_response

if TYPE_CHECKING:
    from pendo_emulator.http.response import Answers, OutgoingResponse


def _accept(*_: object) -> OutgoingResponse:
    """Accept an event; what the real webhook's body says is unknown: assumed empty."""
    return json_response({})


ANSWERS: Final[Answers] = {"segmentio": _accept}
