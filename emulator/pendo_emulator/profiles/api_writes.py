"""Reads what a recorded request to Pendo's Engage API writes to visitors and accounts."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias, cast
from urllib.parse import unquote

import msgspec

from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.visitor_ids import is_anonymous
from pendo_emulator.addresses import ENGAGE_PREFIX
from pendo_emulator.profiles.limits import ACCOUNT_ID_BYTES, VISITOR_ID_BYTES, cut_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pendo_contracts.judged_request import JudgedRequest

    Kind: TypeAlias = Literal["visitor", "account"]
    # Groups that clients of the API write; Pendo itself writes `auto`.
    ApiGroup: TypeAlias = Literal["agent", "custom", "pendo", "segmentio", "salesforce", "hubspot"]

# Requests whose path begins with one of these can write to profiles.
WRITING_PATHS: Final = (f"{ENGAGE_PREFIX}metadata/", f"{ENGAGE_PREFIX}bulkdelete/")
WRITING_METHODS: Final = ("POST", "PUT", "PATCH")
WRITTEN_GROUPS: Final = frozenset({"agent", "custom", "pendo", "segmentio", "salesforce", "hubspot"})

# A part of a path after this prefix is URL-safe base64 if the header says so (documented).
ENCODED: Final = "b64_"
ENCODED_HEADER: Final = "x-pendo-base64-encoded-params"
# The fields of the group `pendo` that Pendo reads (documented).
DO_NOT_PROCESS: Final = "donotprocess"

ID_MEMBERS: Final[Mapping[str, str]] = {"visitor": "visitorId", "account": "accountId"}
_LISTS: Final[Mapping[str, str]] = {"visitor": "visitors", "account": "accounts"}
_ID_BYTES: Final = {"visitor": VISITOR_ID_BYTES, "account": ACCOUNT_ID_BYTES}
_decode = msgspec.json.Decoder().decode


class ApiWrite(NamedTuple):
    """The values that a client of the API writes to a group of metadata; `creates` makes the profile if it is new."""

    kind: Kind
    id: str
    group: ApiGroup
    members: Mapping[str, Any]
    creates: bool = False


class Entries(NamedTuple):
    """The entries of a bulk update: the ones that can be used, and why the others cannot."""

    usable: list[tuple[str, Mapping[str, Any]]]
    errors: list[str]


def can_write(method: str, path: str) -> bool:
    """Return whether requests with this method and path can write metadata."""
    return method in WRITING_METHODS and path.startswith(WRITING_PATHS)


def read_api_writes(request: JudgedRequest) -> Iterator[ApiWrite]:
    """Yield what a request writes; nothing for a request that writes no metadata or cannot be read."""
    beacon = request.beacon
    if beacon.endpoint is not None or not can_write(beacon.method, beacon.path):
        return
    is_encoded = are_parts_encoded(request.envelope.headers)
    parts = [
        decode_part(unquote(part), is_encoded=is_encoded) for part in path_parts(split_url(request.envelope.url)[1])
    ]
    body = _body(request.envelope.body)
    match parts:
        case ["metadata", "visitor" | "account" as kind, group, "value"] if group in WRITTEN_GROUPS:
            creates = beacon.query.get("create") == "true"
            for id_, values in read_entries(kind, body).usable if type(body) is list else ():
                yield ApiWrite(kind, id_, cast("ApiGroup", group), values, creates)
        case ["metadata", "visitor" | "account" as kind, group, "value", id_, field] if group in WRITTEN_GROUPS:
            yield ApiWrite(kind, cut_id(kind, id_), cast("ApiGroup", group), {field: body})
        case ["bulkdelete", "visitor" | "account" as kind]:
            for id_ in read_deletions(kind, body) or ():
                yield ApiWrite(kind, id_, "pendo", {DO_NOT_PROCESS: True})


def read_entries(kind: str, entries: Sequence[Any]) -> Entries:
    """Read the entries of a bulk update: objects with the id and `values`."""
    usable: list[tuple[str, Mapping[str, Any]]] = []
    errors = []
    name = ID_MEMBERS[kind]
    for position, entry in enumerate(entries):
        id_, values = (entry.get(name), entry.get("values")) if type(entry) is dict else (None, None)
        if type(id_) is int:
            id_ = str(id_)
        if type(id_) is not str or type(values) is not dict:
            errors.append(f"entry {position}: {name} must be a string and values an object")
        else:
            usable.append((cut_id(kind, id_), values))
    return Entries(usable, errors)


def read_deletions(kind: str, body: Any) -> list[str] | None:
    """Return the ids in a request for deletion, None if the body has no list of ids."""
    ids = body.get(_LISTS[kind]) if type(body) is dict else None
    if type(ids) is not list or not all(type(id_) is str and id_ for id_ in ids):
        return None
    return [cut_id(kind, id_) for id_ in ids]


def cut_id(kind: str, id_: str) -> str:
    """Return an id as a profile has it."""
    return cut_bytes(id_, _ID_BYTES[kind])


def lower_case_id(id_: str) -> str:
    """Return a visitor id in lower case, unless it is one of an anonymous visitor.

    Subscriptions can have this setting (documented).
    """
    return id_ if is_anonymous(id_) else id_.lower()


def path_parts(path: str) -> list[str]:
    """Return the parts of a path of the API, still percent-encoded."""
    return [part for part in path.removeprefix(ENGAGE_PREFIX).split("/") if part]


def are_parts_encoded(headers: Mapping[str, str]) -> bool:
    """Return whether a request says that the parts of its path can be base64."""
    return headers.get(ENCODED_HEADER, "").lower() == "true"


def decode_part(part: str, *, is_encoded: bool) -> str:
    """Return the text of a percent-decoded part of a path; a part that is not valid base64 stays (assumed)."""
    if not is_encoded or not part.startswith(ENCODED):
        return part
    text = part.removeprefix(ENCODED).rstrip("=")
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return part


def _body(body: bytes) -> Any:
    try:
        return _decode(body)
    except (ValueError, RecursionError):
        return None
