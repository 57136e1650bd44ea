"""Ids in the paths of the Engage API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import request

from pendo_emulator.engage.api.answers import not_found
from pendo_emulator.engage.api.session import settings
from pendo_emulator.profiles.api_writes import are_parts_encoded, cut_id, decode_part, lower_case_id

if TYPE_CHECKING:
    from pendo_emulator.profiles.profile import Kind

KINDS: Final = ("visitor", "account")


def is_base64() -> bool:
    """Return whether the current request says that ids in its path can be base64."""
    return are_parts_encoded({name.lower(): value for name, value in request.headers.items()})


def read_id(kind: str, part: str) -> str:
    """Return the id of a visitor or an account in a path, as a profile has it."""
    return stored_id(kind, cut_id(kind, decode_part(part, is_encoded=is_base64())))


def stored_id(kind: str, id_: str) -> str:
    """Return an id in the case in which the settings keep it."""
    return lower_case_id(id_) if kind == "visitor" and settings().get("lower_case_ids") else id_


def check_kind(kind: str) -> Kind:
    """Return a kind of entity; raise EngageError with the status 404 for another text."""
    if kind not in KINDS:
        raise not_found("Not found", f"the kinds are {' and '.join(KINDS)}")
    return cast("Kind", kind)


def no_such_entity(kind: str) -> str:
    """Return the text of the answer about a visitor or an account that does not exist (documented)."""
    return f"Error while getting {kind}, no such entity found"
