"""The webhook: Segment events that the cloud posts to `/data/segmentio/<apiKey>`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from emulator.answer import document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

    from emulator.exchange import Exchange


def _accept(_exchange: Exchange) -> Response:
    """Accept an event; what the real webhook's body says is unknown: assumed empty."""
    return document({})


ANSWERS: Final[Mapping[str, Callable[[Exchange], Response]]] = {"segmentio": _accept}
