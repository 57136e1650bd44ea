"""Views of one visitor and one account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import Blueprint, request

from pendo_emulator.engage.api.answers import bad_request, data, not_found
from pendo_emulator.engage.api.endpoints.path_ids import no_such_entity, read_id
from pendo_emulator.engage.api.session import sources
from pendo_emulator.engage.pipeline.expressions.periods import DAY

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

entities: Final = Blueprint("entities", __name__)

_TIME: Final = re.compile("[0-9]{1,15}")


@entities.get("/visitor/<part:id_>")
def visitor(id_: str) -> OutgoingResponse:
    """Return one visitor (documented; the members are observed)."""
    row = sources().visitor(read_id("visitor", id_))
    if row is None:
        raise not_found(no_such_entity("visitor"))
    auto = row["metadata"]["auto"]
    return data({
        "id": row["visitorId"], "accountIds": auto.get("accountids", []), "lastStartTime": auto.get("lastvisit", 0),
        "metadata": row["metadata"], "account": {"id": auto.get("accountid", "")},
    })  # fmt: skip


@entities.get("/account/<part:id_>")
def account(id_: str) -> OutgoingResponse:
    """Return one account (documented; the members are observed)."""
    row = sources().account(read_id("account", id_))
    if row is None:
        raise not_found(no_such_entity("account"))
    return data({"id": row["accountId"], "metadata": row["metadata"]})


@entities.get("/visitor/<part:id_>/history")
def history(id_: str) -> OutgoingResponse:
    """Return what a visitor did in the 24 hours from `starttime`, in milliseconds since 1970 (documented).

    A missing or wrong `starttime` is answered 400 (assumed). Pendo looks back at most 180 days (documented); the
    emulator has no limit.
    """
    text = request.args.get("starttime", "")
    if not _TIME.fullmatch(text):
        raise bad_request("starttime must be a time in milliseconds since 1970")
    start = int(text)
    found = sources()
    visitor_id = read_id("visitor", id_)
    if found.visitor(visitor_id) is None:
        raise not_found(no_such_entity("visitor"))
    return data(found.history(visitor_id).between(start, start + DAY))
