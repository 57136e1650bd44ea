"""Views of the visitors in a segment: single ones, patches and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint

from pendo_emulator.engage.api.answers import EngageError, bad_request, data, not_found
from pendo_emulator.engage.api.csv_table import write_csv
from pendo_emulator.engage.api.endpoints.path_ids import read_id
from pendo_emulator.engage.api.endpoints.segments import clean_ids, current_segments, find_changeable, find_segment
from pendo_emulator.engage.api.session import json_body
from pendo_emulator.engage.store.segments import object_id
from pendo_emulator.response import EMPTY, response

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

segment_members: Final = Blueprint("segment_members", __name__, url_prefix="/segment/<part:id_>")

# Documented; the status 413 beyond them too.
MAX_OPERATIONS: Final = 10
MAX_PATCHED: Final = 1_000
_PATH: Final = "/visitors"


@segment_members.put("/visitor/<part:visitor>")
def add_visitor(id_: str, visitor: str) -> OutgoingResponse:
    """Add one visitor; the empty answer is assumed."""
    find_changeable(id_)
    (member,) = clean_ids([read_id("visitor", visitor)])
    current_segments().change_members(id_, lambda members: members.setdefault(member))
    return EMPTY


@segment_members.delete("/visitor/<part:visitor>")
def remove_visitor(id_: str, visitor: str) -> OutgoingResponse:
    """Remove one visitor; one that is not in the segment is no error (assumed)."""
    find_changeable(id_)
    (member,) = clean_ids([read_id("visitor", visitor)])
    current_segments().change_members(id_, lambda members: members.pop(member, None))
    return EMPTY


@segment_members.patch("/visitor")
def patch_visitors(id_: str) -> OutgoingResponse:
    """Add and remove visitors by up to 10 operations; the answer has a status for each of them (observed)."""
    find_changeable(id_)
    body = json_body()
    operations = body.get("patch") if type(body) is dict else None
    if type(operations) is not list or not operations:
        raise bad_request("the body must have an array `patch`")
    visitors = sum(len(one["value"]) for one in operations if type(one) is dict and type(one.get("value")) is list)
    if len(operations) > MAX_OPERATIONS or visitors > MAX_PATCHED:
        limits = f"{MAX_OPERATIONS} operations and {MAX_PATCHED:,} visitors"
        raise EngageError(413, note=f"{len(operations)} operations with {visitors} visitors; the limits are {limits}")
    read = [(one.get("op") if type(one) is dict else None, _read_operation(one)) for one in operations]
    current_segments().change_members(id_, lambda members: _apply(members, read))
    return data({"multistatus": [_status(name, visitors) for name, visitors in read]})


@segment_members.post("/visitors")
def export_visitors(id_: str) -> OutgoingResponse:
    """Begin an export of the visitors; the name `jobId` of the member is assumed. The export is ready at once."""
    find_segment(id_)
    return data({"jobId": _job_id(id_)})


@segment_members.get("/visitors/<part:job>/status")
def export_status(id_: str, job: str) -> OutgoingResponse:
    """Return the state of an export; its form is assumed."""
    _check_job(id_, job)
    return data({"jobId": job, "status": "finish"})


@segment_members.get("/visitors/<part:job>/results/csv")
def export_results(id_: str, job: str) -> OutgoingResponse:
    """Return the visitors as CSV, with one column visitorId (assumed)."""
    _check_job(id_, job)
    rows = [{"visitorId": member} for member in current_segments().members(id_)]
    return response(write_csv(rows, ["visitorId"]), "text/csv; charset=utf-8")


def _read_operation(operation: Any) -> list[str] | None:
    """Return the visitors of an operation, None for one that cannot be applied."""
    if type(operation) is not dict or operation.get("op") not in {"add", "remove"} or operation.get("path") != _PATH:
        return None
    value = operation.get("value")
    if type(value) is not list or not all(type(one) is str for one in value):
        return None
    return clean_ids(value)


def _apply(members: dict[str, None], operations: list[tuple[Any, list[str] | None]]) -> None:
    for name, visitors in operations:
        for visitor in visitors or ():
            if name == "add":
                members.setdefault(visitor)
            else:
                members.pop(visitor, None)


def _status(name: Any, visitors: list[str] | None) -> dict[str, Any]:
    if visitors is None:
        message = f"an operation has op add or remove, path {_PATH} and an array of visitors as value"
        return {"operation": name, "status": 400, "message": message}
    return {"operation": name, "status": 200, "message": "OK"}


def _check_job(id_: str, job: str) -> None:
    find_segment(id_)
    if job != _job_id(id_):
        raise not_found("Not found", f"there is no export {job} of this segment")


def _job_id(id_: str) -> str:
    return object_id("export", id_)
