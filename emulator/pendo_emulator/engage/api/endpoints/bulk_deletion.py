"""Views of bulk deletion: visitors and accounts are marked at once, and deleted within 21 days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint

from pendo_emulator.engage.api.answers import bad_request, data, not_found
from pendo_emulator.engage.api.endpoints.path_ids import check_kind, stored_id
from pendo_emulator.engage.api.session import api_key, json_body, recorder, row_settings
from pendo_emulator.engage.store.deletions import PENDING, Deletions
from pendo_emulator.profiles.api_writes import read_deletions

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

bulk_deletion: Final = Blueprint("bulk_deletion", __name__, url_prefix="/bulkdelete")

# Documented.
MAX_IDS: Final = 500
_SHOWN: Final = ("id", "kind", "status", "createdAt", "total")


@bulk_deletion.post("/<part:kind>")
def delete_many(kind: str) -> OutgoingResponse:
    """Ask for the deletion of up to 500 visitors or accounts; their events are dropped from now on (documented).

    The answer has the id of the request (observed); its other members are assumed.
    """
    found = check_kind(kind)
    ids = [stored_id(kind, id_) for id_ in read_deletions(found, json_body()) or ()]
    if not ids:
        raise bad_request("No IDs in payload", f"send {{{kind}s: [ids]}}")
    if len(ids) > MAX_IDS:
        raise bad_request(f"{len(ids)} IDs in payload, the limit is {MAX_IDS}")
    outstanding = {id_ for one in _outstanding() if one["kind"] == kind for id_ in one["ids"]}
    if queued := next((id_ for id_ in ids if id_ in outstanding), None):
        raise bad_request(f"ID already queued for deletion: {queued}")
    return _shown(_deletions().create(found, ids, recorder().now()))


@bulk_deletion.get("")
def outstanding_requests() -> OutgoingResponse:
    """List the requests that are not done (documented)."""
    return data([_members(one) for one in _outstanding()])


@bulk_deletion.get("/<part:id_>")
def deletion_request(id_: str) -> OutgoingResponse:
    """Return one request for deletion, also one that is done: Pendo keeps them for ever (documented)."""
    document = _deletions().get(id_, recorder().now())
    if document is None:
        raise not_found("Not found", f"there is no request for deletion {id_}")
    return _shown(document)


def _deletions() -> Deletions:
    return Deletions(recorder().engage_objects, api_key(), row_settings().deleted_after_days)


def _outstanding() -> list[dict[str, Any]]:
    return [one for one in _deletions().all(recorder().now()) if one["status"] == PENDING]


def _members(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in _SHOWN}


def _shown(document: dict[str, Any]) -> OutgoingResponse:
    return data(_members(document))
