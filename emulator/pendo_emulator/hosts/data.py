"""The data host: beacons, guides, logs. Every answer is what the real agent needs to go on: observed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.http.response import EMPTY, PIXEL, json_response

if TYPE_CHECKING:
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.http.response import Answers, OutgoingResponse
    from pendo_emulator.subscription import Subscription


def _gif(exchange: Exchange, _: Subscription) -> OutgoingResponse:
    """Answer a beacon with an image, by POST with nothing.

    The agent posts by keepalive and never reads the answer: in Chromium a body left unread keeps the request under way,
    and with 64 KiB of those a page can post no more (observed).
    """
    return EMPTY if exchange.envelope.method == "POST" else PIXEL


def _nothing(*_: object) -> OutgoingResponse:
    return EMPTY


def _guides(exchange: Exchange, _: Subscription) -> OutgoingResponse:
    """Offer no guides; `id` must be echoed, or the agent ignores the answer for ever: observed."""
    payload = exchange.beacon.payload
    guides: dict[str, Any] = {"guides": [], "lastGuideStepSeen": {}}
    if isinstance(payload, dict) and "url" in payload:
        guides["normalizedUrl"] = payload["url"]
    if "id" in exchange.beacon.query:
        guides["id"] = exchange.beacon.query["id"]
    return json_response(guides)


def _segment_flags(*_: object) -> OutgoingResponse:
    return json_response({"segmentFlags": []})


def _no_recording(*_: object) -> OutgoingResponse:
    return json_response({"enable": False})


ANSWERS: Final[Answers] = {
    "ptm.gif": _gif,
    "agentic.gif": _gif,
    "guide.gif": _gif,
    "poll.gif": _gif,
    "log.gif": _gif,
    "guide.json": _guides,
    "segmentflag.json": _segment_flags,
    "recordingconf": _no_recording,
    "rec": _nothing,
    "devlog": _nothing,
    "errorlog": _nothing,
}
