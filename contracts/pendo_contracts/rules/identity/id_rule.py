"""IdRule: a rule about each id of a visitor or an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.rule_base import RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.fact_reader import Observation
    from pendo_contracts.rules.request_facts import IdFact


class IdRule(RequestRule):
    """A rule that looks at each different id of a request once."""

    reads = "ids"

    def problem(self, fact: IdFact) -> str:
        """Return what is wrong with an id, as the end of the sentence "the visitor id 'x' ..."; "" if nothing is."""
        raise NotImplementedError

    def check(self, observation: Observation) -> Iterator[Finding]:
        """Yield a finding for each id with a problem."""
        facts = observation.facts
        for fact in facts.ids:
            if problem := self.problem(fact):
                message = f"the {fact.kind} id {shorten(fact.value)} {problem}"
                yield self.finding_in(facts, message, fact.event_index, fact.pointer)
