"""Proves the causes that lie in the addresses of Pendo's hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.wire.region import HOSTS, REGIONS
from pendo_emulator.inspection.causes.proof import Proof, address, evidence_of, evidence_of_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.inspection.evidence.case_file import CaseFile
    from pendo_emulator.inspection.evidence.deliveries import Traffic


def prove_host_causes(case: CaseFile) -> Iterator[Proof]:
    """Yield the causes that the hosts prove."""
    for traffic in case.deliveries.all():
        yield from _prove_wrong_address(case, traffic)
        yield from _prove_insecure(traffic)
    if findings := case.rules.of("region-mismatch"):
        sentence = f"Script and data use different regions: {findings[0].message}. A key belongs to one region only."
        yield Proof("region-mismatch", sentence, evidence_of_findings(case, findings))
    if findings := case.rules.of("half-cname"):
        sentence = f"Only one of the two hosts is a CNAME: {findings[0].message}."
        yield Proof("half-cname", sentence, evidence_of_findings(case, findings))


def _prove_wrong_address(case: CaseFile, traffic: Traffic) -> Iterator[Proof]:
    target = traffic.target
    failed = traffic.shown("name")
    if target.host_kind == "unlisted":
        shown = failed or traffic.shown("network", "refused", "rejected", "server-error", "certificate", "failed")
        near = nearest(target.host, HOSTS)
        sentence = (
            f"{target.host} is no host of Pendo's{f'; did you mean {near}?' if near else ': its name is misspelt.'}"
        )
        if shown and not traffic.accepted:
            yield Proof("cname-no-scheme-or-typo", sentence, evidence_of(shown))
        elif traffic.count("unknown", "unanswered") and not traffic.accepted:
            yield Proof("cname-no-scheme-or-typo", sentence, evidence_of(traffic.shown("unknown", "unanswered")))
        return
    if target.host_kind != "cname":
        return
    if failed and not traffic.accepted:
        sentence = f"The host {target.host} does not exist: its name is misspelt, or the CNAME is not set up."
        yield Proof("cname-no-scheme-or-typo", sentence, evidence_of(failed), rules=())
    elif target.host in case.pages.hosts():
        yield from _prove_missing_scheme(traffic)


def _prove_missing_scheme(traffic: Traffic) -> Iterator[Proof]:
    """Prove an address without scheme: the browser looks for the host's name below the page's own address."""
    target = traffic.target
    shown = traffic.shown("refused", "rejected", "server-error", "failed", "network", "unanswered")
    pages = [attempt for attempt in traffic.shown("ok") if "html" in attempt.mime]
    proved = shown or pages or traffic.shown("redirect")
    if not proved:
        return
    path = address(proved[0].url)
    if target.names_host:
        sentence = (
            f"The address of Pendo's host has no https:// before it, so the browser looks for it on the page's own"
            f" host: {path}."
        )
    else:
        sentence = f"The address of Pendo's host is missing or wrong, so the browser asks the page's own host: {path}."
    # Old versions of Segment's destination stored the name of the region in place of its address (observed).
    is_certain = target.names_host or (target.role == "script" and target.prefix in {"", *REGIONS})
    certainty = "proved" if is_certain else "possible"
    yield Proof("cname-no-scheme-or-typo", sentence, evidence_of(proved), certainty, rules=())  # type: ignore[arg-type]


def _prove_insecure(traffic: Traffic) -> Iterator[Proof]:
    host = traffic.target.host
    if shown := traffic.shown("mixed"):
        sentence = f"The page is https and asks for http://{host}: the browser blocks it as mixed content."
        yield Proof(
            "mixed-content-or-untrusted-certificate", sentence, evidence_of(shown), count=traffic.count("mixed")
        )
    elif (shown := traffic.shown("certificate")) and not traffic.accepted:
        sentence = (
            f"The browser does not trust the certificate of {host}{f' ({shown[0].reason})' if shown[0].reason else ''}."
        )
        count = traffic.count("certificate")
        yield Proof("mixed-content-or-untrusted-certificate", sentence, evidence_of(shown), count=count)
