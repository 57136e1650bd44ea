"""Finds the ids of Pendo's example snippet: rule placeholder-id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.rules.identity.id_rule import IdRule
from pendo_contracts.rules.rule_base import Description

if TYPE_CHECKING:
    from pendo_contracts.rules.request_facts import IdFact

_PLACEHOLDERS = frozenset({"visitor-unique-id", "account-unique-id"})


class PlaceholderId(IdRule):
    """Finds the ids of Pendo's example snippet."""

    description = Description(
        name="placeholder-id",
        severity="error",
        section="identity",
        summary="a visitor or account id is VISITOR-UNIQUE-ID or ACCOUNT-UNIQUE-ID, in any case",
        symptom="Visitors stay anonymous in Pendo, or one account, named ACCOUNT-UNIQUE-ID, has everybody's events.",
        reason="The text stands in Pendo's example snippet, where the application must put its own ids. As a visitor id"
        " it counts as no id; as an account id it is stored like any other.",
        fix="replace the placeholder by the id of your user or account",
        source="documented: Pendo's installation snippet, and its page about anonymous visitors",
    )

    def problem(self, fact: IdFact) -> str:
        """Return a problem for a placeholder."""
        return "is the placeholder of Pendo's example snippet" if fact.value.lower() in _PLACEHOLDERS else ""
