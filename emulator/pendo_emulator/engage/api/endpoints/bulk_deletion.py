"""Views of bulk deletion: visitors and accounts are marked at once; deletion itself takes Pendo up to 21 days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from flask import Blueprint

from pendo_emulator.engage.api.answers import bad_request, data, not_found
from pendo_emulator.engage.api.endpoints.path_ids import check_kind, stored_id
from pendo_emulator.engage.api.session import api_key, json_body, recorder
from pendo_emulator.profiles.api_writes import read_deletions

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

bulk_deletion: Final = Blueprint("bulk_deletion", __name__, url_prefix="/bulkdelete")

# Documented.
MAX_IDS: Final = 500
_KIND: Final = "bulk-deletion"


@bulk_deletion.post("/<part:kind>")
def delete_many(kind: str) -> OutgoingResponse:
    """Ask for the deletion of up to 500 visitors or accounts; their events are dropped from now on (documented).

    The answer has the id of the request (observed); its other members are assumed.
    """
    ids = [stored_id(kind, id_) for id_ in read_deletions(check_kind(kind), json_body()) or ()]
    if not ids:
        raise bad_request("No IDs in payload", f"send {{{kind}s: [ids]}}")
    if len(ids) > MAX_IDS:
        raise bad_request(f"{len(ids)} IDs in payload, the limit is {MAX_IDS}")
    outstanding = [one for one in _all() if one["kind"] == kind]
    if queued := next((id_ for id_ in ids for one in outstanding if id_ in one["ids"]), None):
        raise bad_request(f"ID already queued for deletion: {queued}")
    id_ = str(uuid4())
    document = {
        "id": id_, "kind": kind, "status": "pending", "createdAt": recorder().now(),
        "total": len(ids),
    }  # fmt: skip
    recorder().engage_objects.put(api_key(), _KIND, id_, document | {"ids": ids})
    return data(document)


@bulk_deletion.get("")
def outstanding_requests() -> OutgoingResponse:
    """List the requests that are not done (documented): here all of them."""
    return data([_shown(one) for one in _all()])


@bulk_deletion.get("/<part:id_>")
def deletion_request(id_: str) -> OutgoingResponse:
    """Return one request for deletion; Pendo keeps them (documented)."""
    document = recorder().engage_objects.get(api_key(), _KIND, id_)
    if document is None:
        raise not_found("Not found", f"there is no request for deletion {id_}")
    return data(_shown(document))


def _all() -> list[dict[str, Any]]:
    documents = recorder().engage_objects.all(api_key(), _KIND).values()
    return sorted(documents, key=lambda one: (one["createdAt"], one["id"]))


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "ids"}
