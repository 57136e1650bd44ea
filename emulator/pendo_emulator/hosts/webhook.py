"""The webhook: Segment events that Segment's cloud posts to `/data/segmentio/<apiKey>`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.response import json_response

if TYPE_CHECKING:
    from pendo_emulator.hosts.answers import Answers
    from pendo_emulator.response import OutgoingResponse


def _accept(*_: object) -> OutgoingResponse:
    """Accept an event. The body of the response is an empty object (assumed: the real one is unknown)."""
    return json_response({})


ANSWERS: Final[Answers] = {"segmentio": _accept}
