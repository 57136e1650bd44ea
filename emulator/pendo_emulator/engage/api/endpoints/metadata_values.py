"""Views of single values of metadata, and of bulk updates. The values are derived from the recorded requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, request

from pendo_emulator.engage.api.answers import bad_request, data, not_found
from pendo_emulator.engage.api.endpoints.auto_fields import APP_GROUP, PER_APP
from pendo_emulator.engage.api.endpoints.path_ids import check_kind, no_such_entity, read_id, stored_id
from pendo_emulator.engage.api.session import api_key, deleted, json_body, recorder, row_settings, settings
from pendo_emulator.engage.sources.date_fields import DEFINED_FIELD, DateFields
from pendo_emulator.profiles.api_writes import DO_NOT_PROCESS, WRITTEN_GROUPS, read_entries
from pendo_emulator.response import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendo_emulator.profiles.profile import Kind, Profile
    from pendo_emulator.response import OutgoingResponse

metadata_values: Final = Blueprint("metadata_values", __name__, url_prefix="/metadata/<part:kind>/<part:group>/value")

BLACKLIST_GUIDES: Final = "blacklistguides"
_FLAGS: Final = frozenset({DO_NOT_PROCESS, BLACKLIST_GUIDES})
_READ_ONLY_GROUP: Final = "this group cannot be written"
_NO_MAPPING: Final = "custom field must exist in Data Mappings"


@metadata_values.get("/<part:id_>/<part:field>")
def value(kind: str, group: str, id_: str, field: str) -> OutgoingResponse:
    """Return one value as bare JSON (observed); 404 for an unknown visitor, account or field (documented)."""
    found = check_kind(kind)
    values = read_group(find_profile(found, id_), group)
    name = field.lower()
    if name not in values and not (group == "pendo" and name in _FLAGS):
        raise not_found("", f"there is no field {field} in the group {group}")
    dates = DateFields(recorder().engage_objects, api_key(), row_settings().zone)
    return data(dates.convert_value(found, group, name, values.get(name, False)))


@metadata_values.put("/<part:id_>/<part:field>")
def set_value(kind: str, group: str, id_: str, field: str) -> OutgoingResponse:
    """Set one value to the JSON in the body (documented); an unknown field is created.

    With the setting `strict_fields`, an unknown custom field is answered 404 (documented, in contradiction to the text
    of the same page). `blacklistguides` is refused unless the setting of the same name allows it (documented; the
    status 400 is assumed).
    """
    found = check_kind(kind)
    _check_group(group)
    new = json_body()
    find_profile(found, id_)
    if group == "pendo" and field.lower() in _FLAGS and type(new) is not bool:
        raise bad_request(f"{field} must be true or false")
    if group == "pendo" and field.lower() == BLACKLIST_GUIDES and not settings().get("blacklist_guides"):
        raise bad_request(f"{field} is not enabled", "set blacklist_guides in the settings of the API key to allow it")
    if undefined_fields(found, group, [field]):
        raise not_found(_NO_MAPPING)
    return EMPTY


@metadata_values.route("", methods=["POST", "PATCH"])
def update_values(kind: str, group: str) -> OutgoingResponse:
    """Set values of many visitors or accounts; `?create=true` creates the unknown ones (documented).

    An entry without an id counts as missing (Pendo's own upload script sends one; the answer is assumed). With the
    setting `strict_fields`, custom fields that are not defined are answered 400 (documented). An old script uses PATCH.
    """
    found = check_kind(kind)
    _check_group(group)
    entries = json_body()
    if type(entries) is not list:
        raise bad_request("the body must be an array", "send [{visitorId or accountId, values}]")
    usable, errors = read_entries(kind, entries)
    if undefined := undefined_fields(found, group, {name for _, values in usable for name in values}):
        raise bad_request(_NO_MAPPING, f"these custom fields are not defined: {', '.join(sorted(undefined))}")
    stored = {id_: stored_id(kind, id_) for id_, _ in usable if id_}
    gone = deleted()
    known = {id_ for id_ in recorder().profiles.existing(api_key(), found, stored.values()) if not gone.has(found, id_)}
    creates = request.args.get("create") == "true"
    missing = [id_ for id_, _ in usable if stored.get(id_) not in known and not (creates and id_)]
    failed = len(missing) + len(errors)
    return data({
        "total": len(entries), "updated": len(entries) - failed, "failed": failed, "missing": missing,
        "errors": errors, "kind": kind,
    })  # fmt: skip


def find_profile(kind: Kind, part: str) -> Profile:
    """Return the profile for the id in the path of the current request; raise EngageError with 404 without one."""
    profiles = recorder().profiles
    id_ = read_id(kind, part)
    found = profiles.visitor(api_key(), id_) if kind == "visitor" else profiles.account(api_key(), id_)
    if found is None or deleted().has(kind, id_):
        raise not_found(no_such_entity(kind))
    return found


def read_group(profile: Profile, group: str) -> Mapping[str, Any]:
    """Return the values of a group of metadata by field, {} for an unknown group."""
    if group == "auto":
        return profile.auto
    if group == APP_GROUP:
        return {name: profile.auto[name] for name in PER_APP if name in profile.auto}
    return {one.name: one.value for name, fields in profile.metadata.items() if name == group for one in fields}


def undefined_fields(kind: Kind, group: str, fields: Iterable[str]) -> list[str]:
    """Return the custom fields that nobody defined, if the settings forbid them, else nothing."""
    if group != "custom" or not settings().get("strict_fields"):
        return []
    defined = recorder().engage_objects.all(api_key(), DEFINED_FIELD)
    return [name for name in fields if f"{kind}.{group}.{name.lower()}" not in defined]


def _check_group(group: str) -> None:
    if group not in WRITTEN_GROUPS:
        raise bad_request(_READ_ONLY_GROUP, f"the groups that can be written are {', '.join(sorted(WRITTEN_GROUPS))}")
