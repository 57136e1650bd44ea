"""Finds a parent account inside the metadata of the account: rule parent-account-nested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation

PARENT: Final = "parentAccount"


class ParentAccountNested(RequestRule):
    """Finds a parent account inside the metadata of the account."""

    reads = "metadata"
    description = Description(
        name="parent-account-nested",
        severity="warning",
        section="accounts",
        summary="the account metadata that the agent sends has a member parentAccount, whatever its value",
        symptom="Pendo does not show the parent account, or shows it as a field of the account without content.",
        reason="The agent expects parentAccount next to account in identify's options. Inside account it is an ordinary"
        " field, and Pendo hides fields whose values are objects.",
        fix="pass parentAccount next to account, not inside it",
        source="observed: the published agent and Segment's destination",
    )

    def check(self, observation: Observation) -> Iterator[Finding]:
        """Yield a finding for each account of the agent with such a member."""
        if observation.facts.source == "agent":
            for metadata in observation.metadata:
                if metadata.object == "account" and PARENT in metadata.members:
                    message = "the account's metadata has a member parentAccount"
                    pointer = f"{metadata.pointer}/{PARENT}"
                    yield self.finding_in(observation.facts, message, metadata.event_index, pointer)
