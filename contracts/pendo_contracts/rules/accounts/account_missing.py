"""Finds known visitors without an account, if other known visitors have one: rule account-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.request_facts import Site, site_of
from pendo_contracts.rules.rule_base import Description, StreamRule
from pendo_contracts.wire.visitor_ids import is_anonymous

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts
    from pendo_contracts.rules.spilling_table import SpillingTable


class AccountMissing(StreamRule):
    """Finds known visitors without an account, if other known visitors have one."""

    reads = "events"
    description = Description(
        name="account-missing",
        severity="note",
        section="accounts",
        summary="the agent's events of a known visitor never carry an account, while those of other known visitors do",
        symptom="Reports by account do not contain this visitor.",
        reason="Pendo assigns an event to the account that the event itself carries.",
        fix="call group with the account's id for every visitor who belongs to an account",
        source="assumed",
    )

    def start(self) -> None:
        """Create the state."""
        self._visitors: SpillingTable[list[Site]] = self.table()
        self._keys_with_accounts: set[str] = set()

    def observe(self, facts: Facts) -> Iterable[Finding]:
        """Remember each known visitor, with the first event as long as no event carries an account."""
        visitor, account = "", ""
        for event in facts.events if facts.source == "agent" else ():
            if event.visitor == visitor and event.account == account:
                continue
            visitor, account = event.visitor, event.account
            if visitor and not is_anonymous(visitor):
                key = (facts.api_key, event.visitor)
                sites = self._visitors.get(key)
                if sites is None:
                    self._visitors.add(key, [] if event.account else [site_of(facts, event)])
                elif sites and event.account:
                    sites.clear()
                if event.account:
                    self._keys_with_accounts.add(facts.api_key)
        return ()

    def finish(self) -> Iterator[Finding]:
        """Yield a note for each visitor without an account."""
        if self._keys_with_accounts:
            for sites in self._visitors.values():
                for site in sites:
                    if site.api_key in self._keys_with_accounts:
                        yield self.finding_at(
                            site, f"no event of visitor {shorten(site.visitor)} carries an account", about="visitor"
                        )
