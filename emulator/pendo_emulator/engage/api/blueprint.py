"""The blueprint of the Engage API: it authenticates, records and answers errors for all endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, request

from pendo_emulator.addresses import ENGAGE_PREFIX
from pendo_emulator.engage.api.aggregation import aggregation
from pendo_emulator.engage.api.answers import EngageError, data
from pendo_emulator.engage.api.endpoints.bulk_deletion import bulk_deletion
from pendo_emulator.engage.api.endpoints.data_sync import data_sync
from pendo_emulator.engage.api.endpoints.definitions import definitions
from pendo_emulator.engage.api.endpoints.entities import entities
from pendo_emulator.engage.api.endpoints.guides import guide_views
from pendo_emulator.engage.api.endpoints.metadata_schema import metadata_schema
from pendo_emulator.engage.api.endpoints.metadata_values import metadata_values
from pendo_emulator.engage.api.endpoints.other_lists import other_lists
from pendo_emulator.engage.api.endpoints.segment_members import segment_members
from pendo_emulator.engage.api.endpoints.segments import segments
from pendo_emulator.engage.api.fault_effects import add_fault, apply_fault
from pendo_emulator.engage.api.recording import keep_envelope, record
from pendo_emulator.engage.api.routing import MOUNT
from pendo_emulator.engage.api.session import authenticate, integration
from pendo_emulator.profiles.catch_up import NotCaughtUpError
from pendo_emulator.response import problem

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

engage_api: Final = Blueprint("engage_api", __name__, url_prefix=f"{MOUNT}{ENGAGE_PREFIX}".rstrip("/"))

# The files of the endpoints; each has a blueprint that this one contains.
_PARTS: Final[tuple[Blueprint, ...]] = (
    aggregation, metadata_schema, metadata_values, entities, segments, segment_members, definitions, guide_views,
    bulk_deletion, data_sync, other_lists,
)  # fmt: skip
for _part in _PARTS:
    engage_api.register_blueprint(_part)

engage_api.before_request(keep_envelope)
engage_api.before_request(authenticate)
engage_api.before_request(apply_fault)
# Flask calls the last one first.
engage_api.after_request(record)
engage_api.after_request(add_fault)


@engage_api.errorhandler(EngageError)
def wrong_request(error: EngageError) -> OutgoingResponse:
    """Return the answer to a request that the API does not accept."""
    return error.response


@engage_api.errorhandler(NotCaughtUpError)
def not_caught_up(error: NotCaughtUpError) -> OutgoingResponse:
    """Return the answer to a question that would take too long; the client asks again."""
    return problem(503, str(error), remaining=error.remaining).with_headers({"retry-after": "1"})


@engage_api.get("/token/verify")
def verify_token() -> OutgoingResponse:
    """Say that the integration key is valid, and whether it may write (observed)."""
    found = integration()
    return data({"valid": True, "writeAccess": bool(found and found.can_write)})


@engage_api.route("/", defaults={"rest": ""}, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@engage_api.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def unknown(rest: str) -> OutgoingResponse:
    """Answer a path or a method that the API does not have, or that the emulator does not imitate."""
    note = f"the Engage API has no {request.method} {ENGAGE_PREFIX}{rest}, or the emulator does not imitate it"
    return EngageError(404, "Not found", note).response
