"""The data host: beacons, guides and logs. The real agent needs the data in each response to continue (observed)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.response import EMPTY, PIXEL, json_response, response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.hosts.answers import Answers
    from pendo_emulator.response import OutgoingResponse
    from pendo_emulator.subscription import Subscription

_NO_FLAGS: Final[Mapping[str, Any]] = {"segmentFlags": []}


def _gif(request: JudgedRequest, _: Subscription) -> OutgoingResponse:
    """Answer a beacon with an image, or with an empty body if it is a POST.

    The agent posts with keepalive and never reads the response. In Chromium an unread body keeps the request in
    progress, and if the unfinished requests add up to 64 KiB, the page cannot post any more (observed).
    """
    return EMPTY if request.envelope.method == "POST" else PIXEL


def _empty(*_: object) -> OutgoingResponse:
    return EMPTY


def _guides(request: JudgedRequest, _: Subscription) -> OutgoingResponse:
    return json_response(_no_guides(request))


def _guides_script(request: JudgedRequest, _: Subscription) -> OutgoingResponse:
    return _script("guidesPayload", _no_guides(request))


def _no_guides(request: JudgedRequest) -> dict[str, Any]:
    """Return a payload without guides that repeats `id`: the agent ignores a payload with another id (observed)."""
    payload = request.beacon.payload
    guides: dict[str, Any] = {"guides": [], "lastGuideStepSeen": {}}
    if isinstance(payload, dict) and "url" in payload:
        guides["normalizedUrl"] = payload["url"]
    if "id" in request.beacon.query:
        guides["id"] = request.beacon.query["id"]
    return guides


def _segment_flags(request: JudgedRequest, subscription: Subscription) -> OutgoingResponse:
    return json_response(_flags(request, subscription))


def _segment_flags_script(request: JudgedRequest, subscription: Subscription) -> OutgoingResponse:
    return _script("segmentsPayload", _flags(request, subscription))


def _flags(request: JudgedRequest, subscription: Subscription) -> Mapping[str, Any]:
    if not subscription.segment_flags:
        return _NO_FLAGS
    payload = request.beacon.payload
    return {"segmentFlags": subscription.flags_of(payload.get("visitorId") if isinstance(payload, dict) else None)}


def _script(function: str, payload: Mapping[str, Any]) -> OutgoingResponse:
    """Return a script that passes a payload to a function of the agent (functions observed, the call assumed)."""
    return response(f"pendo.{function}({json.dumps(payload)});\n".encode(), "text/javascript; charset=utf-8")


def _no_recording(*_: object) -> OutgoingResponse:
    return json_response({"enable": False})


ANSWERS: Final[Answers] = {
    "ptm.gif": _gif,
    "agentic.gif": _gif,
    "guide.gif": _gif,
    "poll.gif": _gif,
    "log.gif": _gif,
    "guide.json": _guides,
    "guide.js": _guides_script,
    "segmentflag.json": _segment_flags,
    "segmentflag.js": _segment_flags_script,
    "recordingconf": _no_recording,
    "rec": _empty,
    "devlog": _empty,
    "errorlog": _empty,
}
