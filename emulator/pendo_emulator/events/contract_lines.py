"""Finds the lines of a contract's file that judge a member or that a violation names."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract import SUFFIX, file_name, load_contract, names, rule_line

if TYPE_CHECKING:
    from pendo_contracts.verdict import Violation

CONTEXT: Final = 3
MAX_LINE: Final = 200


def describe_lines(contract: str, rule: str) -> dict[str, Any] | None:
    """Return file, first line and text of a constraint, a JSON Pointer in a contract; None for other rules."""
    line = _line(contract, rule)
    if line is None:
        return None
    return {"file": f"pendo_contracts/{file_name(contract)}", "line": line, "snippet": _snippet(contract, line)}


def describe_contract(contract: str) -> dict[str, Any] | None:
    """Return name, file and title of a contract, and the line of each member that it describes; None if unknown."""
    if contract not in names():
        return None
    return {
        "name": contract,
        "file": f"pendo_contracts/{file_name(contract)}",
        "title": load_contract(contract).schema.get("title", ""),
        "members": _members(contract),
    }


@lru_cache(maxsize=64)
def _members(contract: str) -> dict[str, Any]:
    """Return the lines of the members that a contract describes, itself or in a contract that it extends."""
    schema = load_contract(contract).schema
    members: dict[str, Any] = {}
    for part in schema.get("allOf", ()):
        base = part.get("$ref", "").removesuffix(SUFFIX)
        if base in names() and base != contract:
            members |= _members(base)
    own = {name: describe_lines(contract, f"/properties/{_escape(name)}") for name in schema.get("properties", {})}
    return members | {name: lines for name, lines in own.items() if lines}


def describe_violation(violation: Violation) -> dict[str, Any]:
    """Return a violation as JSON, with the lines of its contract."""
    return {
        "contract": violation.contract,
        "rule": violation.rule,
        "pointer": violation.pointer,
        "message": violation.message,
        "fix": violation.fix,
        "lines": describe_lines(violation.contract, violation.rule),
    }


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@lru_cache(maxsize=4096)
def _line(contract: str, rule: str) -> int | None:
    if contract not in names() or not rule.startswith("/"):
        return None
    try:
        return rule_line(contract, rule)
    except (StopIteration, IndexError, ValueError, TypeError):  # stored by a version with another contract
        return None


def _snippet(contract: str, line: int) -> str:
    lines = load_contract(contract).text.splitlines()[line - 1 : line - 1 + CONTEXT]
    return "\n".join(text[:MAX_LINE] for text in lines)
