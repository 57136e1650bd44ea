"""Views of one visitor and one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint

from pendo_emulator.engage.api.answers import data
from pendo_emulator.engage.api.endpoints.metadata_values import find_profile

if TYPE_CHECKING:
    from pendo_emulator.profiles.profile import Profile
    from pendo_emulator.response import OutgoingResponse

entities: Final = Blueprint("entities", __name__)


@entities.get("/visitor/<part:id_>")
def visitor(id_: str) -> OutgoingResponse:
    """Return one visitor (documented; the members are observed)."""
    found = find_profile("visitor", id_)
    account = {"id": found.auto.get("accountid", "")}
    return data({
        "id": found.id, "accountIds": found.auto.get("accountids", []), "lastStartTime": found.last_visit or 0,
        "metadata": metadata_of(found), "account": account,
    })  # fmt: skip


@entities.get("/account/<part:id_>")
def account(id_: str) -> OutgoingResponse:
    """Return one account (documented; the members are observed)."""
    found = find_profile("account", id_)
    return data({"id": found.id, "metadata": metadata_of(found)})


def metadata_of(profile: Profile) -> dict[str, Any]:
    """Return the metadata of a visitor or an account by group."""
    groups: dict[str, Any] = {
        group: {field.name: field.value for field in fields} for group, fields in profile.metadata.items()
    }
    return groups | {"auto": dict(profile.auto)}
