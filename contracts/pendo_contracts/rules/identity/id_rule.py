"""IdRule: a rule about each id of a visitor or an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.rule_base import RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation
    from pendo_contracts.rules.request_facts import Facts, IdFact


class IdRule(RequestRule):
    """A rule that looks at each different id of a request once."""

    reads = "ids"

    def problem(self, fact: IdFact) -> str:
        """Return what is wrong with an id, as the end of the sentence "the visitor id 'x' ..."; "" if nothing is."""
        raise NotImplementedError

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for each id with a problem."""
        return self.check_ids(observation.facts, observation.facts.ids)

    def check_ids(self, facts: Facts, ids: Iterable[IdFact]) -> Iterable[Finding]:
        """Return a finding for each of some ids of a request that has a problem."""
        problems = [(fact, problem) for fact in ids if (problem := self.problem(fact))]
        return [
            self.finding_in(
                facts, f"the {fact.kind} id {shorten(fact.value)} {problem}", fact.event_index, fact.pointer
            )
            for fact, problem in problems
        ]
