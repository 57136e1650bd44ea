"""Views of segments: lists, uploads of visitors, changes and deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint

from pendo_emulator.engage.api.answers import EngageError, bad_request, data, not_found
from pendo_emulator.engage.api.endpoints.definition_filter import select_definitions
from pendo_emulator.engage.api.session import api_key, json_body, recorder, settings
from pendo_emulator.engage.store.segments import Segments
from pendo_emulator.profiles.api_writes import lower_case_id
from pendo_emulator.response import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_emulator.response import OutgoingResponse

segments: Final = Blueprint("segments", __name__, url_prefix="/segment")

# Documented; the emulator's limit of a request's body is lower.
MAX_VISITORS: Final = 10_000_000
# In milliseconds (documented).
STATUS_KEPT: Final = 4 * 60 * 60 * 1000
_NOT_OURS: Final = "only segments that were created through the API can be changed"


@segments.get("")
def list_segments() -> OutgoingResponse:
    """List the segments that everybody can use (documented)."""
    return data(select_definitions([one for one in current_segments().all() if one.get("shared", True)]))


@segments.post("/upload")
def upload() -> OutgoingResponse:
    """Create a segment of visitors; the answer has its `segmentId` (observed). The members are there at once."""
    body = json_body()
    name, visitors = (body.get("name"), body.get("visitors")) if type(body) is dict else (None, None)
    if type(name) is not str or not name:
        raise bad_request("a segment needs a name")
    return data({"segmentId": current_segments().create(name, read_visitors(visitors))["id"]})


@segments.get("/<part:id_>")
def segment(id_: str) -> OutgoingResponse:
    """Return one segment; 404 with a text for an unknown one (documented)."""
    return data(find_segment(id_))


@segments.get("/<part:id_>/status")
def status(id_: str) -> OutgoingResponse:
    """Return the state of the last upload, which is finished at once; 404 after 4 hours (documented).

    The members are documented, their values assumed.
    """
    found = find_segment(id_)
    uploaded_at = current_segments().uploaded_at(id_)
    if recorder().now() - uploaded_at > STATUS_KEPT:
        raise not_found("Entity not found", "the state of an upload is kept for 4 hours")
    count = len(current_segments().members(id_))
    return data({
        "command": "finish", "entityTagId": id_, "entityTagName": found.get("name", ""), "totalTagged": count,
        "lastUpdatedAt": uploaded_at, "status": "finish", "requestId": id_, "checkFound": count,
        "checkTotal": count,
    })  # fmt: skip


@segments.put("/<part:id_>")
def replace_segment(id_: str) -> OutgoingResponse:
    """Change the name, the visitors, or both (documented); the answer's form is assumed."""
    find_changeable(id_)
    body = json_body()
    name, visitors = (body.get("name"), body.get("visitors")) if type(body) is dict else (None, None)
    if name is None and visitors is None:
        raise bad_request("send a name, visitors, or both")
    if name is not None and (type(name) is not str or not name):
        raise bad_request("a segment needs a name")
    found = current_segments()
    if visitors is not None:
        found.replace_members(id_, read_visitors(visitors))
    if name is not None:
        found.rename(id_, name)
    return data({"segmentId": id_})


@segments.delete("/<part:id_>")
def delete_segment(id_: str) -> OutgoingResponse:
    """Delete a segment (documented); the empty answer is assumed."""
    find_changeable(id_)
    current_segments().delete(id_)
    return EMPTY


def current_segments() -> Segments:
    """Return the segments of the current request's API key."""
    return Segments(recorder().engage_objects, api_key(), recorder().now)


def find_segment(id_: str) -> dict[str, Any]:
    """Return a segment; raise EngageError with Pendo's text and the status 404 if there is none."""
    found = current_segments().get(id_)
    if found is None:
        raise not_found("Entity not found", f"there is no segment {id_}")
    return found


def find_changeable(id_: str) -> dict[str, Any]:
    """Return a segment that clients may change; raise EngageError with the status 403 for another (documented)."""
    found = find_segment(id_)
    if not found.get("createdByApi"):
        raise EngageError(403, note=_NOT_OURS)
    return found


def read_visitors(value: Any) -> list[str]:
    """Return the ids in a list of visitors, trimmed, and lower-case where the settings say so (documented)."""
    if type(value) is not list or not all(type(one) is str for one in value):
        raise bad_request("visitors must be an array of strings")
    if len(value) > MAX_VISITORS:
        raise bad_request(f"a segment has at most {MAX_VISITORS:,} visitors")
    return clean_ids(value)


def clean_ids(ids: Iterable[str]) -> list[str]:
    """Return ids of visitors as a segment has them."""
    lower = settings().get("lower_case_ids", False)
    return [lower_case_id(id_.strip()) if lower else id_.strip() for id_ in ids]
