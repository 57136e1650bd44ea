"""Finds visitors who had an account at the end of one page and have none in the next page: rule account-lost."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.request_facts import Site, site_of
from pendo_contracts.rules.rule_base import Description, StreamRule
from pendo_contracts.wire.visitor_ids import is_anonymous

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts, PageRun
    from pendo_contracts.rules.spilling_table import SpillingTable


class _Page(msgspec.Struct, gc=False):
    """The account of one visitor in the page with a number.

    `started_at` is the time of the visitor's earliest event there. `site` is one of the visitor's events, None if an
    event has an account.
    """

    started_at: float
    ordinal: int
    last_sequence: int
    ends_with_account: bool
    site: Site | None
    takes_account_away: bool = False


class AccountLost(StreamRule):
    """Finds visitors who had an account at the end of one page and have none in the next page."""

    reads = "events"
    description = Description(
        name="account-lost",
        severity="warning",
        section="accounts",
        summary="a known visitor's last event in a page carries an account, and no event of the visitor in the next"
        " page does, although no identify event takes the account away",
        symptom="In Pendo the events of some pages belong to no account.",
        reason="The agent does not remember the account when a page loads. Segment's destination sends it only after a"
        " group call, or after an identify call if Segment's library still knows the group.",
        fix="call group, or identify with the account, on every page",
        source="assumed from the published agent's behaviour",
    )

    def start(self) -> None:
        """Create the state: the ordinal of each page, and each visitor's pages by ordinal."""
        self._ordinals: SpillingTable[int] = self.table()
        self._visitors: SpillingTable[dict[int, _Page]] = self.table()

    def observe(self, facts: Facts) -> Iterable[Finding]:
        """Remember for each known visitor and page whether the events carry an account."""
        for run in facts.runs:
            page_key, visitor_key = (facts.api_key, run.frame), (facts.api_key, run.visitor)
            ordinal = self._ordinals.get(page_key) or self._ordinals.add(page_key, len(self._ordinals) + 1)
            if not run.visitor or is_anonymous(run.visitor):
                continue
            pages = self._visitors.get(visitor_key) or self._visitors.add(visitor_key, {})
            if page := pages.get(ordinal):
                _continue_page(page, run, _time(facts, run))
            else:
                pages[ordinal] = _start_page(facts, run, ordinal)
        return ()

    def finish(self) -> Iterator[Finding]:
        """Yield a finding for each page without the account of the page before, in the order of the events' times."""
        for pages in self._visitors.values():
            for before, after in pairwise(sorted(pages.values(), key=attrgetter("started_at", "ordinal"))):
                if before.ends_with_account and after.site and not after.takes_account_away:
                    message = f"visitor {shorten(after.site.visitor)} has no account in this page and had one before"
                    yield self.finding_at(after.site, message, "/account_id", "page")


def _time(facts: Facts, run: PageRun) -> float:
    happened_at = facts.events[run.event].happened_at
    return inf if happened_at is None else happened_at


def _start_page(facts: Facts, run: PageRun, ordinal: int) -> _Page:
    has_account = bool(run.account)
    site = None if has_account else site_of(facts, facts.events[run.event])
    return _Page(_time(facts, run), ordinal, run.last, has_account, site, run.takes_account_away)


def _continue_page(page: _Page, run: PageRun, started_at: float) -> None:
    has_account = bool(run.account)
    page.started_at = min(page.started_at, started_at)
    if run.last >= page.last_sequence:
        page.last_sequence, page.ends_with_account = run.last, has_account
    if has_account:
        page.site = None
    if run.takes_account_away:
        page.takes_account_away = True
