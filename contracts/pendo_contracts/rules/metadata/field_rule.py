"""FieldRule: a rule about each field of a metadata object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_contracts.contract import to_pointer
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.finding_limit import limit_findings
from pendo_contracts.rules.rule_base import RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import MetadataObject, Observation
    from pendo_contracts.rules.request_facts import Facts


class FieldRule(RequestRule):
    """A rule that looks at each field of each metadata object of a request."""

    reads = "metadata"

    def problem(self, metadata: MetadataObject, name: str, value: Any) -> str:
        """Return what is wrong with a field, as the end of "the visitor field 'x' ..."; "" if nothing is."""
        raise NotImplementedError

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for each field with a problem."""
        problems = [
            (observation.facts, metadata, name, problem)
            for metadata in observation.metadata
            for name, value in metadata.members.items()
            if (problem := self.problem(metadata, name, value))
        ]
        return limit_findings(problems, self._write) if problems else ()

    def _write(self, facts: Facts, metadata: MetadataObject, name: str, problem: str) -> Finding:
        message = f"the {metadata.object} field {shorten(name)} {problem}"
        return self.finding_in(facts, message, metadata.event_index, metadata.pointer + to_pointer([name]))
