"""Proofs that a mutation changes nothing, without the help of the code under test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.stress.contract_diff.mutations import Mutation


def is_implied(mutation: Mutation, schemas: dict[str, Any]) -> bool:
    """Return whether the mutation only adds types that the root schema refuses for the same member anyway.

    Proof: the value of a member below `if`, `then` or `else` must also keep `properties/MEMBER/type` of the root, which
    the mutation does not change. A type that it does not name is refused before and after the mutation.
    """
    place = mutation.place
    if mutation.keyword != "type" or place[:1] not in (("then",), ("else",)) or place[1:2] != ("properties",):
        return False
    root = schemas[mutation.contract]
    outer = root.get("properties", {}).get(place[2], {}).get("type") if len(place) == 3 else None
    if outer is None:
        return False
    changed: Any = mutation.schema
    before: Any = root
    for step in place:
        changed, before = changed[step], before[step]
    added = _names(changed.get("type")) - _names(before["type"]) if "type" in changed else set()
    removed = _names(before["type"]) - _names(changed.get("type", ()))
    return bool(added) and not removed and not added & _names(outer)


def _names(types: Any) -> set[str]:
    return {types} if isinstance(types, str) else set(types or ())
