"""Proves the causes about the recording as a whole: no traffic, late traffic, and double traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.inspection.causes.proof import Proof, address, evidence_at, evidence_of_findings, listed
from pendo_emulator.inspection.reading.outcomes import BLOCKED, FAILED, classify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.inspection.evidence.case_file import CaseFile
    from pendo_emulator.inspection.inspection import Evidence

LATE: Final = 60_000


def prove_traffic_causes(case: CaseFile) -> Iterator[Proof]:
    """Yield the causes that the recording as a whole proves."""
    yield from _prove_late(case)
    yield from _prove_double_loads(case)
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
    if loads := case.pages.double_loads():
        how = dict.fromkeys(name for load in case.pages.documents for name in load.document.snippets)
        by = f" (by {' and by '.join(how)})" if len(how) > 1 else ""
        sentence = f"One page loads Pendo's agent twice{by}: what is sent both ways arrives twice."
        evidence = [
            evidence_at(load.moment, "the agent's script is loaded", url=address(load.url))
            for pair in loads
            for load in pair
        ]
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


def healthy(case: CaseFile) -> Proof:
    """Return the cause for a recording in which nothing is wrong."""
    hosts = listed(traffic.target.host for traffic in case.deliveries.of("data", "webhook", "server"))
    received = sum(traffic.accepted for traffic in case.deliveries.all())
    if hosts and received and case.has_answers:
        sentence = f"Nothing is wrong: the agent's requests arrive at {hosts}, and Pendo accepts them."
        return Proof("healthy", sentence, _received(case))
    sentence = "Nothing wrong is visible, but the recording does not show that Pendo accepted anything."
    return Proof("healthy", sentence, _received(case), "likely")


def _received(case: CaseFile) -> list[Evidence]:
    return [
        evidence_at(traffic.first, f"{traffic.accepted:,} requests accepted by {traffic.target.host}")
        for traffic in case.deliveries.all()
    ]


def _pages(case: CaseFile) -> list[Evidence]:
    loads = case.pages.pages()
    return [evidence_at(load.moment, "a page without a request to Pendo", url=address(load.url)) for load in loads]
