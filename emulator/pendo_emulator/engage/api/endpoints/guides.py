"""Views of guides except their list: versions, order, state, segment, resets and texts. Guides come from the set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, request

from pendo_emulator.engage.api.answers import bad_request, data, not_found
from pendo_emulator.engage.api.csv_table import write_csv
from pendo_emulator.engage.api.endpoints.segments import find_segment
from pendo_emulator.engage.api.session import api_key, json_body, recorder
from pendo_emulator.response import EMPTY, response

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

guide_views: Final = Blueprint("guide_views", __name__, url_prefix="/guide")

# Documented.
STATES: Final = ("public", "staged", "draft", "disabled")
MAX_EXPORTED: Final = 15
_GUIDE: Final = "guide"


@guide_views.get("/<part:id_>/history")
def versions(id_: str) -> OutgoingResponse:
    """Return the versions of a guide, the newest first (documented): here its only one, or `history` of the set-up."""
    guide = _find(id_)
    history = guide.get("history")
    return data(history if type(history) is list else [guide])


@guide_views.get("/order")
def order() -> OutgoingResponse:
    """Return the ids of the guides in their order (form assumed)."""
    return data(list(recorder().engage_objects.all(api_key(), _GUIDE)))


@guide_views.put("/<part:id_>/state")
def set_state(id_: str) -> OutgoingResponse:
    """Change the state of a guide; the answer is the guide (assumed)."""
    _find(id_)
    body = json_body()
    state = body.get("state") if type(body) is dict else None
    if state not in STATES:
        raise bad_request(f"state must be one of {', '.join(STATES)}")
    return _changed(id_, {"state": state})


@guide_views.put("/<part:id_>/segment")
def set_segment(id_: str) -> OutgoingResponse:
    """Change the segment that sees a guide; the answer is the guide (assumed)."""
    _find(id_)
    body = json_body()
    segment = body.get("segmentId") if type(body) is dict else None
    if type(segment) is not str:
        raise bad_request("segmentId must be a string")
    find_segment(segment)
    return _changed(id_, {"segmentId": segment})


@guide_views.post("/all/visitor/<part:visitor>/reset")
@guide_views.post("/staged/reset")
def reset_all(**_: str) -> OutgoingResponse:
    """Let visitors see guides again (documented): the emulator keeps no such state, so nothing changes."""
    return EMPTY


@guide_views.post("/<part:id_>/visitor/<part:visitor>/reset")
def reset_for_visitor(id_: str, **_: str) -> OutgoingResponse:
    """Let a visitor see a guide again (documented): the emulator keeps no such state, so nothing changes."""
    _find(id_)
    return EMPTY


@guide_views.post("/<part:id_>/reset")
def reset(id_: str) -> OutgoingResponse:
    """Let all visitors see a guide again; 400 for a guide that is not staged (documented)."""
    if _find(id_).get("state") != "staged":
        raise bad_request("only a staged guide can be reset")
    return _changed(id_, {"resetAt": recorder().now()})


@guide_views.post("/<part:id_>/experiment/export")
def export_experiment(id_: str) -> OutgoingResponse:
    """Return the result of a guide's experiment as CSV (documented): no guide has one, so there are no rows."""
    _find(id_)
    return response(write_csv([], ["visitorId", "variant"]), "text/csv; charset=utf-8")


@guide_views.get("/localization/export")
def export_texts() -> OutgoingResponse:
    """Return the texts of up to 15 guides as XLIFF (documented; the elements are assumed)."""
    ids = [id_ for id_ in request.args.get("guideids", "").split(",") if id_]
    if not 0 < len(ids) <= MAX_EXPORTED:
        raise bad_request(f"guideids must have 1 to {MAX_EXPORTED} ids")
    files = "".join(
        f'<file original={quoteattr(id_)} source-language="en-US" datatype="plaintext"><body>'
        f'<trans-unit id="name"><source>{escape(str(_find(id_).get("name", "")))}</source></trans-unit></body></file>'
        for id_ in ids
    )
    document = f'<?xml version="1.0" encoding="UTF-8"?><xliff version="1.2">{files}</xliff>'
    return response(document.encode("utf-8", "replace"), "application/xml; charset=utf-8")


@guide_views.post("/localization/import")
def import_texts() -> OutgoingResponse:
    """Accept the texts of guides as XLIFF: 200, or 400 for a body that is not XML (documented).

    The emulator shows no guides, so it does not keep the texts.
    """
    if not request.get_data().lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise bad_request("the body must be XLIFF")
    return EMPTY


def _find(id_: str) -> dict[str, Any]:
    found = recorder().engage_objects.get(api_key(), _GUIDE, id_)
    if found is None:
        raise not_found("Not found", f"there is no guide {id_}")
    return found


def _changed(id_: str, members: dict[str, Any]) -> OutgoingResponse:
    members = {**members, "lastUpdatedAt": recorder().now()}
    changed = recorder().engage_objects.change(
        api_key(), _GUIDE, id_, lambda guide: {**guide, **members} if guide else None, "set-up"
    )
    return data(changed)
