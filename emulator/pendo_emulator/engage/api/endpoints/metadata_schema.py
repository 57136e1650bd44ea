"""Views of the schema of metadata: the fields of visitors and accounts, and the definitions of custom fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint

from pendo_emulator.engage.api.answers import bad_request, data, not_found
from pendo_emulator.engage.api.endpoints.auto_fields import AUTO_FIELDS
from pendo_emulator.engage.api.endpoints.path_ids import KINDS, check_kind
from pendo_emulator.engage.api.session import api_key, json_body, recorder
from pendo_emulator.engage.sources.date_fields import DEFINED_FIELD
from pendo_emulator.response import EMPTY

if TYPE_CHECKING:
    from pendo_emulator.profiles.profile import Kind
    from pendo_emulator.response import OutgoingResponse

metadata_schema: Final = Blueprint("metadata_schema", __name__, url_prefix="/metadata")

# Documented.
MAX_NEW_FIELDS: Final = 24
# The names of types in a definition, and Pendo's names of the same types in a schema (`number` is assumed).
_DEFINED_TYPES: Final = {"string": "string", "number": "float", "time": "time", "boolean": "boolean"}
_DEFINABLE_GROUPS: Final = frozenset({"agent", "custom"})


@metadata_schema.get("/schema/<part:kind>")
def schema(kind: str) -> OutgoingResponse:
    """Return the fields by group and name (documented; the members of a field are observed).

    An unknown kind is answered with an empty object: a reader sends one to try its key, and accepts any 2xx (observed).
    """
    if kind not in KINDS:
        return data({})
    found = check_kind(kind)
    groups = {
        group: {name: _field(name, type_) for name, type_ in fields.items()}
        for group, fields in AUTO_FIELDS[found].items()
    }
    for group, derived in recorder().profiles.schema(api_key(), found).groups.items():
        fields = groups.setdefault(group, {})
        for name, one in derived.items():
            if name not in fields:
                fields[name] = _field(one.display_name, one.type, sample=one.sample_value)
    for id_, definition in recorder().engage_objects.all(api_key(), DEFINED_FIELD).items():
        defined_kind, group, name = id_.split(".", 2)
        if defined_kind == kind:
            groups.setdefault(group, {})[name] = _defined_field(definition)
    return data(groups)


@metadata_schema.post("/schema/<part:kind>/<part:group>")
def add_fields(kind: str, group: str) -> OutgoingResponse:
    """Define up to 24 fields; 201, or 207 if some failed, 409 if all exist, 422 if all are wrong (documented).

    The name `results` of the member with the fields is assumed.
    """
    found = check_kind(kind)
    entries = json_body()
    if group not in _DEFINABLE_GROUPS:
        raise bad_request("fields can be defined in the groups agent and custom")
    if type(entries) is not list or not 0 < len(entries) <= MAX_NEW_FIELDS:
        raise bad_request(f"the body must be an array of 1 to {MAX_NEW_FIELDS} fields")
    results = [_define(found, group, entry) for entry in entries]
    counts = {status: sum(one["status"] == status for one in results) for status in ("created", "failed", "undeleted")}
    summary = {name: count for name, count in counts.items() if count or name != "undeleted"}
    return data({"results": results, "summary": summary | {"total": len(results)}}, _status(results))


@metadata_schema.delete("/schema/<part:kind>/<part:group>/<part:field>")
def delete_field(kind: str, group: str, field: str) -> OutgoingResponse:
    """Delete a field: 200, 202 if it was deleted before, 404 for an unknown field (documented).

    The values stay, and the schema says that the field is deleted (assumed).
    """
    found, name = check_kind(kind), field.lower()
    known = recorder().profiles.schema(api_key(), found).groups.get(group, {}).get(name)
    definition = recorder().engage_objects.get(api_key(), DEFINED_FIELD, _id(found, group, name))
    if definition is None:
        if known is None:
            raise not_found("", f"there is no field {field} in the group {group}")
        definition = {"displayname": known.display_name, "type": known.type, "deleted": False}
    recorder().engage_objects.put(api_key(), DEFINED_FIELD, _id(found, group, name), definition | {"deleted": True})
    return EMPTY._replace(status=202 if definition["deleted"] else 200)


@metadata_schema.get("/dependencies", defaults={"kind": None, "group": None, "field": None})
@metadata_schema.get("/dependencies/<part:kind>/<part:group>/<part:field>")
def dependencies(kind: str | None, group: str | None, field: str | None) -> OutgoingResponse:
    """Return the segments that depend on a field, or on each field; 404 for an unknown field (documented).

    The form of the answer is assumed.
    """
    if kind is not None and not _is_known(check_kind(kind), str(group), str(field).lower()):
        raise not_found("", f"there is no field {field} in the group {group}")
    segments = recorder().engage_objects.all(api_key(), "segment").values()
    wanted = None if kind is None else f"{kind}.{group}.{field}"
    found = [
        {"id": segment["id"], "name": segment.get("name", ""), "kind": "Segment", "dependentMetadata": depends}
        for segment in segments
        if (depends := segment.get("dependentMetadata")) and (wanted is None or wanted in depends)
    ]
    return data(found)


def _is_known(kind: Kind, group: str, name: str) -> bool:
    derived = recorder().profiles.schema(api_key(), kind).groups.get(group, {})
    if name in AUTO_FIELDS[kind].get(group, {}) or name in derived:
        return True
    return recorder().engage_objects.get(api_key(), DEFINED_FIELD, _id(kind, group, name)) is not None


def _define(kind: Kind, group: str, entry: Any) -> dict[str, Any]:
    """Define one field and return its entry in the answer."""
    name, type_ = (entry.get("name"), entry.get("type")) if type(entry) is dict else (None, None)
    if type(name) is not str or not name or "." in name or type_ not in _DEFINED_TYPES:
        reason = f"a field needs a name without a dot, and one of the types {', '.join(_DEFINED_TYPES)}"
        return {"schema": entry, "status": "failed", "error": {"message": reason}}
    shown = entry.get("displayname")
    new = {"displayname": shown if type(shown) is str and shown else name, "type": _DEFINED_TYPES[type_]}
    id_ = _id(kind, group, name.lower())
    before = recorder().engage_objects.get(api_key(), DEFINED_FIELD, id_)
    if before and not before["deleted"]:
        return {"schema": entry, "status": "failed", "error": {"message": "the field already exists"}}
    recorder().engage_objects.put(api_key(), DEFINED_FIELD, id_, new | {"deleted": False})
    return {"schema": entry, "status": "undeleted" if before else "created"}


def _status(results: list[dict[str, Any]]) -> int:
    failed = [one for one in results if one["status"] == "failed"]
    if not failed:
        return 201
    if len(failed) < len(results):
        return 207
    return 409 if all("exists" in one["error"]["message"] for one in failed) else 422


def _id(kind: Kind, group: str, name: str) -> str:
    return f"{kind}.{group}.{name}"


def _defined_field(definition: dict[str, Any]) -> dict[str, Any]:
    return _field(definition["displayname"], definition["type"], is_deleted=definition["deleted"])


def _field(shown: str, type_: str, *, sample: Any = None, is_deleted: bool = False) -> dict[str, Any]:
    """Return a field with the members that readers expect (observed); the values of the flags are assumed."""
    members = {
        "Type": type_, "DisplayName": shown, "ElementType": "string" if type_ == "list" else "", "ElementFormat": "",
        "Dirty": False, "isHidden": False, "isDeleted": is_deleted, "isCalculated": False, "isPerApp": False,
        "isPromoted": False, "neverIndex": False,
    }  # fmt: skip
    return members if sample is None else members | {"sample": sample}
