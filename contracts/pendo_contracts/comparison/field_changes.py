"""Finds the fields in which two values differ, and names them for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.comparison.comparison import ABSENT
from pendo_contracts.rules.content_digest import pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.comparison.compared_event import ComparedEvent

_IDS: Final = {
    **dict.fromkeys(("/visitor_id", "/visitorId", "/userId"), "visitor id"),
    **dict.fromkeys(("/account_id", "/accountId", "/groupId"), "account id"),
    **dict.fromkeys(("/track_event_name", "/event"), "event name"),
    "/url": "page",
}
_METADATA: Final = re.compile(r"/(?:props|metadata)/(visitor|account|parentAccount)(?:/(.*))?", re.DOTALL)
_PROPERTY: Final = re.compile(r"/(?:props|properties)/(.*)", re.DOTALL)
_TRAIT: Final = re.compile(r"/traits/(.*)", re.DOTALL)


class Change(NamedTuple):
    """One field with two values; `pointer` is its JSON Pointer, a value can be ABSENT."""

    pointer: str
    before: Any
    after: Any


def find_changes(before: Any, after: Any, pointer: str = "") -> Iterator[Change]:
    """Yield the differences of two JSON values; a list is one value."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        if pack(before) != pack(after):
            yield Change(pointer, before, after)
        return
    for name in [*before, *(name for name in after if name not in before)]:
        below = f"{pointer}/{_escape(name)}"
        if name not in after:
            yield Change(below, before[name], ABSENT)
        elif name not in before:
            yield Change(below, ABSENT, after[name])
        else:
            yield from find_changes(before[name], after[name], below)


def leaf_hashes(value: Any, pointer: str = "") -> Iterator[int]:
    """Yield a hash for each object, list and scalar of a value; it depends on the place and on the content."""
    if not isinstance(value, dict):
        yield hash((pointer, pack(value)))
        return
    yield hash((pointer, b"object"))
    for name, item in value.items():
        yield from leaf_hashes(item, f"{pointer}/{_escape(name)}")


def field_name(pointer: str, event: ComparedEvent) -> str:
    """Return the name of a field for people: `visitor id`, `account.plan`, `property total`."""
    if known := _IDS.get(pointer):
        return known
    if event.type in {"meta", "identify", event.endpoint} and (found := _METADATA.fullmatch(pointer)):
        return ".".join(filter(None, found.groups())).replace("/", ".")
    if event.type == "track" and (found := _PROPERTY.fullmatch(pointer)):
        return f"property {found[1].replace('/', '.')}"
    if found := _TRAIT.fullmatch(pointer):
        return f"trait {found[1].replace('/', '.')}"
    return pointer.removeprefix("/").replace("/", ".") or "the whole event"


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1") if "~" in name or "/" in name else name
