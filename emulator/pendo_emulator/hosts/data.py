"""The data host: beacons, guides and logs. Each response is what the real agent needs to continue (observed)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.response import EMPTY, PIXEL, json_response

if TYPE_CHECKING:
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.hosts.answers import Answers
    from pendo_emulator.response import OutgoingResponse
    from pendo_emulator.subscription import Subscription


def _gif(request: JudgedRequest, _: Subscription) -> OutgoingResponse:
    """Answer a beacon with an image, a POST with an empty body.

    The agent posts with keepalive and never reads the response. In Chromium an unread body keeps the request in
    progress, and once those requests add up to 64 KiB the page cannot post any more (observed).
    """
    return EMPTY if request.envelope.method == "POST" else PIXEL


def _empty(*_: object) -> OutgoingResponse:
    return EMPTY


def _guides(request: JudgedRequest, _: Subscription) -> OutgoingResponse:
    """Offer no guides, and echo `id`: the agent ignores a response without it (observed)."""
    payload = request.beacon.payload
    guides: dict[str, Any] = {"guides": [], "lastGuideStepSeen": {}}
    if isinstance(payload, dict) and "url" in payload:
        guides["normalizedUrl"] = payload["url"]
    if "id" in request.beacon.query:
        guides["id"] = request.beacon.query["id"]
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
    "rec": _empty,
    "devlog": _empty,
    "errorlog": _empty,
}
