"""Finds metadata fields whose values change their JSON type: rule metadata-type-change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.contract import to_pointer
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.finding_limit import limit_findings
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts, MetadataFact
    from pendo_contracts.rules.spilling_table import SpillingTable

MAX_GROUPS: Final = 1_000

_ARTICLES: Final = {"array": "an array"}


class MetadataTypeChange(StreamRule):
    """Finds metadata fields whose values change their JSON type."""

    reads = "metadata"
    description = Description(
        name="metadata-type-change",
        severity="warning",
        section="metadata",
        summary="the JSON type of a field's value differs from the type that the field had earlier; null and objects do"
        " not count",
        symptom="Segments and reports that use the field miss visitors, or Pendo shows an old value.",
        reason="Pendo gives a field the type of its first value and cannot compare values of another type.",
        fix="always send the field with the same type",
        source="documented: Pendo's types of metadata; agent and webhook have separate fields",
    )

    def start(self) -> None:
        """Create the state."""
        self._types: SpillingTable[list[str]] = self.table()
        # The types of the latest metadata object: most objects have the same, and need no further look.
        self._latest: dict[tuple[str, str, str], dict[str, str]] = {}

    def observe(self, facts: Facts) -> Iterable[Finding]:
        """Return a finding for each field whose type changes."""
        changes = list(self._changes(facts))
        return limit_findings(changes, self._write) if changes else ()

    def _changes(self, facts: Facts) -> Iterator[tuple[Facts, MetadataFact, str, str, str]]:
        """Remember the type of each field, and yield each field whose type changes, with its types before and now."""
        for metadata in facts.metadata:
            group = (facts.api_key, facts.source, metadata.object)
            if self._latest.get(group) == metadata.types:
                continue
            if group in self._latest or len(self._latest) < MAX_GROUPS:
                self._latest[group] = metadata.types
            for name, kind in metadata.types.items():
                key = (facts.api_key, facts.source, metadata.object, name)
                known = self._types.setdefault(key, [kind])
                if known[0] != kind:
                    yield facts, metadata, name, known[0], kind
                    known[0] = kind

    def _write(self, facts: Facts, metadata: MetadataFact, name: str, before: str, now: str) -> Finding:
        message = (
            f"the {metadata.object} field {shorten(name)} was {_with_article(before)} before and is"
            f" {_with_article(now)} now"
        )
        pointer = to_pointer([metadata.object, name])
        return self.finding_in(facts, message, metadata.event_index, pointer, f"{facts.source}{pointer}")


def _with_article(kind: str) -> str:
    return _ARTICLES.get(kind, f"a {kind}")
