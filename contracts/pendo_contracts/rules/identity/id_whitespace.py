"""Finds ids with white space at an end: rule id-whitespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.rules.identity.id_rule import IdRule
from pendo_contracts.rules.identity.javascript_white_space import trim
from pendo_contracts.rules.identity.junk_id import is_junk
from pendo_contracts.rules.rule_base import Description

if TYPE_CHECKING:
    from pendo_contracts.rules.request_facts import IdFact


class IdWhitespace(IdRule):
    """Finds ids with white space at an end."""

    description = Description(
        name="id-whitespace",
        severity="warning",
        section="identity",
        summary="a visitor or account id begins or ends with white space",
        symptom="Pendo shows the same visitor or account twice.",
        reason="Ids are compared character by character, so an id with a space is another visitor or account.",
        fix="trim the id before you send it",
        source="assumed",
    )

    def problem(self, fact: IdFact) -> str:
        """Return a problem for an id with white space at an end."""
        spaced = trim(fact.value) != fact.value and not is_junk(fact.value)
        return "begins or ends with white space" if spaced else ""
