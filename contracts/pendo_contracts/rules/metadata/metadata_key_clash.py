"""Finds two fields of one object whose names differ only in case: rule metadata-key-clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.contract import to_pointer
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.finding_limit import limit_findings
from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import MetadataObject, Observation
    from pendo_contracts.rules.request_facts import Facts


class MetadataKeyClash(RequestRule):
    """Finds two fields of one object whose names differ only in case."""

    reads = "metadata"
    description = Description(
        name="metadata-key-clash",
        severity="warning",
        section="metadata",
        summary="two fields of one metadata object have names that differ only in case",
        symptom="Pendo shows one field, with a value that changes.",
        reason="Pendo's field names ignore case, so one field overwrites the other.",
        fix="send the field under one name",
        source="observed: public reports",
    )

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for each field that clashes with an earlier one."""
        clashes = any(
            len({name.lower() for name in found.members}) < len(found.members) for found in observation.metadata
        )
        return limit_findings(_clashes(observation), self._write) if clashes else ()

    def _write(self, facts: Facts, metadata: MetadataObject, name: str, other: str) -> Finding:
        message = f"the {metadata.object} fields {shorten(other)} and {shorten(name)} differ only in case"
        return self.finding_in(facts, message, metadata.event_index, metadata.pointer + to_pointer([name]))


def _clashes(observation: Observation) -> Iterator[tuple[Facts, MetadataObject, str, str]]:
    """Yield each field that clashes with an earlier one, and the earlier one."""
    for metadata in observation.metadata:
        names: dict[str, str] = {}
        for name in metadata.members:
            other = names.setdefault(name.lower(), name)
            if other != name:
                yield observation.facts, metadata, name, other
