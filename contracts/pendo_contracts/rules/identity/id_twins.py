"""Finds visitors, or accounts, whose ids differ only in upper and lower case: rule id-twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts
    from pendo_contracts.rules.spilling_table import SpillingTable


class IdTwins(StreamRule):
    """Finds visitors, or accounts, whose ids differ only in upper and lower case."""

    reads = "ids"
    description = Description(
        name="id-twins",
        severity="warning",
        section="identity",
        summary="two visitor ids, or two account ids, of one API key differ only in case",
        symptom="Pendo shows the same visitor or account twice, each with a part of the events.",
        reason="Ids are case-sensitive: Ada@example.test and ada@example.test are two visitors.",
        fix="convert the id to one case wherever you identify",
        source="documented: Pendo's ids are case-sensitive",
    )

    def start(self) -> None:
        """Create the state: the spellings of each id, as the keys of a dictionary, in order of arrival."""
        self._spellings: SpillingTable[dict[str, None]] = self.table()

    def observe(self, facts: Facts) -> Iterable[Finding]:
        """Return a finding for an id when its second spelling, or a further one, arrives."""
        findings = []
        for fact in facts.ids:
            key = (facts.api_key, fact.kind, fact.value.lower())
            spellings = self._spellings.get(key)
            if spellings is None:
                self._spellings.add(key, {fact.value: None})
            elif fact.value not in spellings:
                first = shorten(next(iter(spellings)))
                message = f"the {fact.kind} ids {first} and {shorten(fact.value)} differ only in case"
                spellings[fact.value] = None
                findings.append(self.finding_in(facts, message, fact.event_index, fact.pointer, fact.kind))
        return findings
