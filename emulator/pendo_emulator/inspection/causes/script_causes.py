"""Proves the causes for which Pendo's script never runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.inspection.causes.proof import Proof, address, evidence_of, policy_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.inspection.evidence.case_file import CaseFile
    from pendo_emulator.inspection.evidence.deliveries import Traffic

# The agent sends its first request within this time of its script (observed; assumed for slow pages).
START: Final = 1_500


def prove_script_causes(case: CaseFile) -> Iterator[Proof]:
    """Yield the causes that the requests for the script prove."""
    for traffic in case.deliveries.of("script"):
        host = traffic.target.host
        if shown := traffic.shown("policy"):
            sentence = f"The page's Content-Security-Policy allows no script of {host}: the browser blocks pendo.js."
            fix = f"Add https://{host} to script-src of the page's Content-Security-Policy."
            evidence = policy_evidence(case, shown)
            yield Proof("csp-blocked-script", sentence, evidence, count=traffic.count("policy"), fix=fix)
        if shown := traffic.shown("client"):
            sentence = f"An extension of the visitor's browser blocks Pendo's script on {host}: Pendo never runs there."
            yield Proof("adblock-script", sentence, evidence_of(shown), count=traffic.count("client"))
        if not traffic.accepted and not _is_own_host(case, traffic):
            yield from _prove_refusal(traffic)
    yield from _prove_disabled(case)


def _prove_refusal(traffic: Traffic) -> Iterator[Proof]:
    host, shown = traffic.target.host, traffic.shown("refused")
    if shown and traffic.target.host_kind == "listed":
        title = REGIONS[traffic.target.region].title
        sentence = (
            f"{host} refuses the agent of the API key {traffic.target.api_key} with status {shown[0].status}: the key"
            f" is not known in the region {title}."
        )
        yield Proof("key-unknown-in-region", sentence, evidence_of(shown), count=traffic.count("refused"))
    unreachable = traffic.shown("network")
    if traffic.target.host_kind in {"listed", "local"}:
        unreachable += traffic.shown("name")
    if unreachable:
        sentence = f"Pendo's script cannot be loaded: {host} does not answer this browser."
        yield Proof("script-host-unreachable", sentence, evidence_of(unreachable))
    elif waiting := traffic.shown("unanswered"):
        sentence = f"{host} does not answer the request for Pendo's script."
        yield Proof("script-host-unreachable", sentence, evidence_of(waiting), "possible")


def _prove_disabled(case: CaseFile) -> Iterator[Proof]:
    """Prove a script that is loaded while no request of the agent follows, although there was time for one."""
    if any(True for _ in case.deliveries.of("data")):
        return
    loaded = [attempt for traffic in case.deliveries.of("script") for attempt in traffic.shown("ok")]
    pages = [attempt for attempt in loaded if "html" in attempt.mime]
    scripts = [attempt for attempt in loaded if attempt not in pages and attempt.endpoint == "pendo.js"]
    if pages and not scripts:
        sentence = f"The address of Pendo's script, {address(pages[0].url)}, gives a web page in place of the script."
        yield Proof("script-not-javascript", sentence, evidence_of(pages))
    if not scripts:
        yield from _suggest_disabled(case)
        return
    first = scripts[0]
    waited = case.clock.last - first.moment.time - int(first.duration)
    has_time = first.moment.time > 0 and waited >= START
    sentence = (
        "Pendo's script is loaded, and no request follows: the page does not start Pendo (pendo.initialize), or the"
        " agent is switched off."
    )
    if any(load.document.starts for load in case.pages.documents):
        sentence = (
            "Pendo's script is loaded and the page calls pendo.initialize, but no request follows: the agent is"
            " switched off in its configuration."
        )
    # Without time for a request too: a recording without data shows no healthy agent.
    yield Proof("agent-disabled", sentence, evidence_of(scripts), "proved" if has_time else "likely")


def _suggest_disabled(case: CaseFile) -> Iterator[Proof]:
    """Suggest causes for a script whose answer is not recorded, while no request of the agent follows."""
    asked = [attempt for traffic in case.deliveries.of("script") for attempt in traffic.shown("unknown")]
    if asked:
        sentence = "Pendo's script is asked for, its answer is not recorded, and no request of the agent follows."
        yield Proof("script-host-unreachable", sentence, evidence_of(asked), "possible", rules=())


def _is_own_host(case: CaseFile, traffic: Traffic) -> bool:
    """Return whether the script was asked of the page's own host: then the host in the address is missing."""
    return traffic.target.host_kind == "cname" and traffic.target.host in case.pages.hosts()
