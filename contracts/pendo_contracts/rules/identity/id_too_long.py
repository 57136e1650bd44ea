"""Rule id-too-long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.rules.identity.id_rule import IdRule
from pendo_contracts.rules.rule import Description

if TYPE_CHECKING:
    from pendo_contracts.rules.facts import IdFact


class IdTooLong(IdRule):
    """Finds visitor ids that are longer than Pendo stores."""

    description = Description(
        name="id-too-long",
        severity="warning",
        section="identity",
        summary="a visitor id has more than 128 bytes of UTF-8",
        symptom="Visitors are missing in Pendo, or several visitors are merged into one.",
        reason="Pendo's visitor ids have at most 128 bytes. A letter outside ASCII takes two to four bytes.",
        fix="use a shorter id, such as the user's number or a hash",
        source="documented: Pendo's limits of ids",
        thresholds={"max_bytes": 128},
    )

    def problem(self, fact: IdFact) -> str:
        """Return a problem for a visitor id that is too long."""
        limit = self.thresholds["max_bytes"]
        if fact.kind != "visitor" or len(fact.value) * 4 <= limit:
            return ""
        size = len(fact.value.encode("utf-8", "surrogatepass"))
        return f"has {size:,} bytes; the limit is {limit:,}" if size > limit else ""
