"""Proves the causes about the recording as a whole: no traffic, late traffic, and double traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import counted
from pendo_emulator.inspection.causes.engage_causes import engage_healthy
from pendo_emulator.inspection.causes.proof import (
    Proof,
    address,
    evidence_at,
    evidence_of,
    evidence_of_findings,
    listed,
)
from pendo_emulator.inspection.reading.outcomes import BLOCKED, FAILED, classify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.inspection.evidence.case_file import CaseFile
    from pendo_emulator.inspection.evidence.page_loads import ScriptLoad
    from pendo_emulator.inspection.inspection import Evidence
    from pendo_emulator.inspection.reading.outcomes import Outcome

LATE: Final = 60_000
NEAR: Final = 1_000

_UNEXPLAINED: Final[tuple[Outcome, ...]] = (
    "refused", "rejected", "opted-out", "network", "name", "certificate", "offline", "failed", "unresolved",
    "unanswered",
)  # fmt: skip


def prove_traffic_causes(case: CaseFile) -> Iterator[Proof]:
    """Yield the causes that the recording as a whole proves."""
    yield from _prove_late(case)
    yield from _prove_double_loads(case)
    yield from _prove_repeated_snippets(case)
    if case.deliveries.retried and not case.has_answers:
        sentence = (
            f"The agent sent {case.deliveries.retried:,} requests again, so that earlier tries failed; the recording"
            " does not have the answers."
        )
        yield Proof("requests-failed", sentence, (), "possible", rules=())
    if findings := case.rules.of("double-delivery"):
        names = listed(found.name for found in findings)
        sentence = f"Track events reach Pendo twice, by the agent and by Segment's webhook: {names}."
        count = case.rules.count("double-delivery")
        yield Proof("double-delivery", sentence, evidence_of_findings(case, findings), count=count)


def _prove_late(case: CaseFile) -> Iterator[Proof]:
    first = next(iter(case.deliveries.of("data")), None)
    if first is None or not case.clock.first or not first.first.time:
        return
    waited = first.first.time - case.clock.first
    if waited >= LATE:
        sentence = (
            f"Pendo's data begins {waited // 1000} seconds after the start of the recording, for example after a"
            " consent dialogue: what the visitor did before is not recorded."
        )
        yield Proof("consent-late", sentence, [evidence_at(first.first, "the first data for Pendo")])


def _prove_double_loads(case: CaseFile) -> Iterator[Proof]:
    loads = [pair for pair in case.pages.double_loads() if all(load.is_received for load in pair)]
    if loads and not _has_agent_for_each_load(case, loads):
        how = dict.fromkeys(name for load in case.pages.documents for name in load.document.snippets)
        by = f" (by {' and by '.join(how)})" if len(how) > 1 else ""
        sentence = f"One page loads Pendo's agent twice{by}: what is sent both ways arrives twice."
        evidence = [
            evidence_at(load.moment, "the agent's script is loaded", url=address(load.url))
            for pair in loads
            for load in pair
        ]
        yield Proof("duplicates-two-snippets", sentence, evidence, rules=())


def _has_agent_for_each_load(case: CaseFile, loads: list[tuple[ScriptLoad, ScriptLoad]]) -> bool:
    """Return whether pages may be missing in the recording, and not an agent be there twice.

    Of two agents in one page only the first starts (observed), so that each load with an agent of its own is a page,
    unless the agents send the same events. Loads far apart prove nothing without events.
    """
    agents = len(case.identities.agents)
    if case.rules.count("sent-twice"):
        return False
    if agents:
        return agents >= sum(script.is_received for script in case.pages.scripts)
    return any(last.moment.time - first.moment.time > NEAR for first, last in loads)


def _prove_repeated_snippets(case: CaseFile) -> Iterator[Proof]:
    """Prove pages with the same snippet twice; the browser may take the second script from its memory."""
    if pages := [load for load in case.pages.pages() if load.document.repeats_snippet]:
        sentence = "The page has Pendo's snippet twice, with the same API key."
        evidence = [evidence_at(load.moment, "two snippets in one page", url=address(load.url)) for load in pages]
        yield Proof("duplicates-two-snippets", sentence, evidence, rules=())


def no_traffic(case: CaseFile) -> Proof:
    """Return the cause for a recording without any request to Pendo, as far as the reason can be told."""
    documents = [load.document for load in case.pages.documents]
    snippets = {name for document in documents for name in document.snippets}
    blocked = [
        request for request in case.segment_scripts if classify(request.status, request.reason) in BLOCKED | FAILED
    ]
    settings = case.segment_settings
    why = "the recording has no page whose text it shows, so the reason cannot be told"
    if blocked:
        why = "Segment's script, which would load Pendo, is blocked or not received"
    elif settings is not None and not settings.has_pendo:
        why = "Segment runs, but this source has no destination Pendo"
    elif blocked_by := _policy_against_snippet(case):
        why = f"the page's Content-Security-Policy allows no script of {blocked_by}"
    elif "pendo" in snippets:
        consent = " for a consent that was not given" if any(page.asks_consent for page in documents) else ""
        why = f"Pendo's snippet is on the page, but it did not run: it waits{consent or ' for something'}"
    elif settings is not None:
        why = "Segment has the destination Pendo, but it did not start: a consent or the integrations switch it off"
    elif case.segment_scripts:
        why = "Segment's script is on the page, but its settings never loaded Pendo"
    elif any(document.has_text for document in documents):
        why = "neither Pendo's snippet nor Segment's is on these pages"
    sentence = f"Nothing is asked of Pendo in this recording: {why}."
    return Proof("no-pendo-traffic", sentence, _pages(case))


def unexplained_failures(case: CaseFile) -> Iterator[Proof]:
    """Yield the cause for a host that accepts nothing for a reason that the recording does not show."""
    for traffic in case.deliveries.of("script", "data"):
        if shown := traffic.shown(*_UNEXPLAINED):
            host = traffic.target.host
            if not traffic.accepted:
                sentence = f"{host} accepts no request for {', '.join(dict.fromkeys(one.endpoint for one in shown))}."
                yield Proof("requests-failed", sentence, evidence_of(shown), count=traffic.count(*_UNEXPLAINED))
                return


def healthy(case: CaseFile, *, is_doubtful: bool) -> Proof:
    """Return the cause for a recording in which nothing is wrong; it is only likely if another cause is possible."""
    if not case.deliveries.all() and (found := engage_healthy(case)):
        return found
    hosts = listed(traffic.target.host for traffic in case.deliveries.of("data", "webhook", "server"))
    if any(traffic.accepts_events for traffic in case.deliveries.all()):
        sentence = f"Nothing is wrong: the agent's requests arrive at {hosts}, and Pendo accepts them."
        return Proof("healthy", sentence, _received(case), "likely" if is_doubtful else "proved")
    sentence = "Nothing wrong is visible, but the recording does not show that Pendo accepted anything."
    return Proof("healthy", sentence, _received(case), "likely")


def _policy_against_snippet(case: CaseFile) -> str:
    """Return a host that a page's snippet uses and the page's policy stops, "" if there is none."""
    for load in case.pages.documents:
        for host in load.document.script_hosts:
            url = f"https://{host}/agent/static/key/pendo.js"
            if any(policy.blocking_directive("script", url, load.url) for policy in load.document.policies):
                return host
    return ""


def _received(case: CaseFile) -> list[Evidence]:
    return [
        evidence_at(traffic.first, f"{counted(traffic.accepted, 'request')} accepted by {traffic.target.host}")
        for traffic in case.deliveries.all()
    ]


def _pages(case: CaseFile) -> list[Evidence]:
    loads = case.pages.pages()
    return [evidence_at(load.moment, "a page without a request to Pendo", url=address(load.url)) for load in loads]
