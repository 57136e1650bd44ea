"""Finds ids that are the text of a missing value: rule junk-id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.rules.identity.id_rule import IdRule
from pendo_contracts.rules.identity.javascript_white_space import trim
from pendo_contracts.rules.rule_base import Description
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from pendo_contracts.rules.request_facts import IdFact

_JUNK = frozenset({"", "null", "undefined", "nan", "none", "nil", "[object object]", "true", "false"})


def is_junk(value: str) -> bool:
    """Return whether an id is the text of a missing value, or white space."""
    return trim(value.removeprefix(ANONYMOUS_PREFIX)).lower() in _JUNK


class JunkId(IdRule):
    """Finds ids that are the text of a missing value."""

    description = Description(
        name="junk-id",
        severity="error",
        section="identity",
        summary="a visitor or account id is null, undefined, NaN, None, nil, [object Object], true or false as text, or"
        " only white space; the part after _PENDO_T_ is judged in the same way",
        symptom='Pendo shows a visitor or an account named "undefined" or "null" with the events of many people.',
        reason="The application converted a missing value to text. Everybody who has the same text as id becomes one"
        " visitor or one account.",
        fix="call identify only when the id is known, and send the id itself, not an object or a missing value",
        source="documented for empty ids, assumed for the other values",
    )

    def problem(self, fact: IdFact) -> str:
        """Return a problem for such an id."""
        return "is a missing value as text" if is_junk(fact.value) else ""
