"""Finds requests whose last try failed: rule not-received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.safe_text import cut
from pendo_contracts.rules.delivery.failed_requests import describe_failure
from pendo_contracts.rules.request_facts import site_of
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts, Site
    from pendo_contracts.rules.spilling_table import SpillingTable


class NotReceived(StreamRule):
    """Finds requests whose last try failed; if a later try of the same events succeeds, there is no finding.

    The recording must contain the answers. A failure that the emulator injected is not an error of the sender. A
    request to guide.gif without events is only a probe, so its failure is ignored.
    """

    reads = "answers"
    description = Description(
        name="not-received",
        severity="warning",
        section="delivery",
        summary="a request to Pendo got no answer, or the answer to its last try was an error (4xx or 5xx)",
        symptom="Events are missing in Pendo, or guides do not appear.",
        reason="What Pendo did not accept does not exist for Pendo.",
        fix="find what blocks or refuses the request: an ad blocker, a Content-Security-Policy, a wrong host or API"
        " key",
        source="observed: recordings of browsers; Pendo's answer 451 to visitors who opted out",
    )

    def start(self) -> None:
        """Create the state: for each attempt the site and the reason of its last failure, or an empty list."""
        self._attempts: SpillingTable[list[tuple[Site, str]]] = self.table()

    def observe(self, facts: Facts) -> Iterable[Finding]:
        """Remember a failed try, and forget it when a later try succeeds."""
        is_probe = facts.endpoint == "guide.gif" and not facts.events
        if facts.status is not None and not facts.fault and not facts.preflight and facts.source and not is_probe:
            reason, key = describe_failure(facts), (facts.attempt,)
            if reason or len(self._attempts):
                failures = self._attempts.get(key)
                if reason:
                    failures = self._attempts.add(key, []) if failures is None else failures
                    failures[:] = [(site_of(facts), reason)]
                elif failures:
                    failures.clear()
        return ()

    def finish(self) -> Iterator[Finding]:
        """Yield a finding for each request whose last try failed."""
        for failures in self._attempts.values():
            for site, reason in failures:
                yield self.finding_at(site, f"the request to {site.endpoint} on {cut(site.place)} {cut(reason)}")
