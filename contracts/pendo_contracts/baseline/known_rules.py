"""Recognizes the names of rules that a finding can have: of the catalogue, of schemas and of tracking plans."""

from __future__ import annotations

from typing import Any, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import visible
from pendo_contracts.contract import from_pointer, load_contract, names
from pendo_contracts.rules.catalogue import RULES
from pendo_contracts.verdict import WIRE

_PLAN: Final = "plan:"
_PLAN_RULES: Final = ("plan-unplanned-event", "plan-unplanned-property")
_SHOWN: Final = 100


def explain_unknown_rule(name: str) -> str:
    """Return what is wrong with the name of a rule, and the nearest name; "" for a rule that can exist.

    A rule is a name of the catalogue, `CONTRACT#POINTER` for a constraint of a schema, or a rule of a tracking plan.
    The constraints of a plan are not known here, so every name that begins with `plan:` is accepted.
    """
    rules = [*(rule.description.name for rule in RULES), *_PLAN_RULES]
    if name in rules or name.startswith(_PLAN):
        return ""
    contract, hash_sign, pointer = name.partition("#")
    if not hash_sign:
        return f"there is no rule {_show(name)}{_hint(nearest(name, rules))}"
    if contract == WIRE:
        return ""
    if contract not in names():
        near = nearest(contract, [*names(), WIRE])
        return f"there is no contract {_show(contract)}{_hint(f'{near}#{pointer}' if near else None)}"
    if not _has_constraint(load_contract(contract).schema, pointer):
        near = nearest(pointer, _pointers(load_contract(contract).schema))
        return (
            f"the contract {contract} has no constraint {_show(pointer)}{_hint(f'{contract}#{near}' if near else None)}"
        )
    return ""


def _has_constraint(schema: Any, pointer: str) -> bool:
    for step in from_pointer(pointer):
        if isinstance(schema, dict) and step in schema:
            schema = schema[step]
        elif isinstance(schema, list) and step.isdecimal() and int(step) < len(schema):
            schema = schema[int(step)]
        else:
            return False
    return pointer.startswith("/") or not pointer


def _pointers(schema: Any, above: str = "") -> list[str]:
    found = [above] if above else []
    items = schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    for name, value in items:
        step = str(name).replace("~", "~0").replace("/", "~1")
        found += _pointers(value, f"{above}/{step}")
    return found


def _show(name: str) -> str:
    return visible(repr(name), _SHOWN)


def _hint(near: str | None) -> str:
    return f"; did you mean {visible(near)}?" if near else "; `pendo-emulator rules list` shows all rules"
