"""Finds visitor ids that are longer than Pendo stores: rule id-too-long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.rules.identity.id_rule import IdRule
from pendo_contracts.rules.rule_base import Description

if TYPE_CHECKING:
    from pendo_contracts.rules.request_facts import IdFact


class IdTooLong(IdRule):
    """Finds visitor ids that are longer than Pendo stores."""

    description = Description(
        name="id-too-long",
        severity="warning",
        section="identity",
        summary="a visitor id has more than 128 bytes of UTF-8",
        symptom="Ids are cut off in Pendo, and visitors whose ids begin with the same 128 bytes are one visitor.",
        reason="Pendo's visitor ids have at most 128 bytes, and it cuts longer ids without a message. A letter outside"
        " ASCII takes two to four bytes.",
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
