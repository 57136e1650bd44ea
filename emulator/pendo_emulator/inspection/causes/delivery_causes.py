"""Proves the causes for which Pendo does not get, or does not take, what the agent sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.inspection.causes.proof import Proof, address, evidence_at, evidence_of, policy_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.inspection.evidence.case_file import CaseFile
    from pendo_emulator.inspection.evidence.deliveries import Traffic
    from pendo_emulator.inspection.inspection import Certainty
    from pendo_emulator.inspection.reading.content_security_policy import Load
    from pendo_emulator.inspection.reading.outcomes import Outcome

# A request at the end of a recording may still wait for its answer; Pendo answers within this time (assumed).
PATIENCE: Final = 700

_EVENTS: Final = "ptm.gif"
_DIRECTIVES: Final = {"image": "img-src", "connect": "connect-src", "script": "script-src"}


def prove_delivery_causes(case: CaseFile) -> Iterator[Proof]:
    """Yield the causes that the answers to the agent's requests prove."""
    for traffic in case.deliveries.of("data"):
        host = traffic.target.host
        if shown := traffic.shown("policy"):
            sentence = (
                f"The page's Content-Security-Policy does not allow all requests to {host}: the browser blocks"
                f" {_endpoints(traffic, 'policy')} before they leave."
            )
            directives = " and to ".join(dict.fromkeys(_DIRECTIVES[attempt.load] for attempt in shown))
            fix = f"Add https://{host} to {directives} of the page's Content-Security-Policy."
            evidence = policy_evidence(case, shown)
            yield Proof("csp-blocked-data", sentence, evidence, count=traffic.count("policy"), fix=fix)
        if shown := traffic.shown("client"):
            sentence = (
                f"An extension of the visitor's browser (an ad blocker) blocks {_endpoints(traffic, 'client')} to"
                f" {host}: events of such visitors are lost."
            )
            yield Proof("adblock-beacons", sentence, evidence_of(shown), count=traffic.count("client"))
        if not _is_page_host(case, traffic):
            yield from _prove_unreachable(case, traffic)
            yield from _prove_key_unknown(traffic)
    yield from _prove_opted_out(case)
    yield from _prove_answers(case)
    yield from _suggest_policies(case)


def _prove_unreachable(case: CaseFile, traffic: Traffic) -> Iterator[Proof]:
    """Prove a data host that answers nothing; a few failures among answers are only a suggestion."""
    host = traffic.target.host
    outcomes: list[Outcome] = ["network"]
    if traffic.target.host_kind in {"listed", "local"}:
        outcomes.append("name")
    images = [attempt for attempt in traffic.shown("failed") if attempt.load == "image"]
    shown = traffic.shown(*outcomes)
    waiting = [*traffic.shown("unanswered"), *(one for one in traffic.shown("aborted") if one.duration >= PATIENCE)]
    is_patient = any(
        one.duration >= PATIENCE or case.clock.last - one.moment.time >= PATIENCE for one in waiting if one.moment.time
    )
    if traffic.answered and not traffic.accepts_events and any(one.endpoint == _EVENTS for one in shown):
        sentence = f"{host} answers some requests, but none of those with events{_reason(traffic, *outcomes)}."
        yield Proof("data-host-unreachable", sentence, evidence_of(shown), count=traffic.count(*outcomes))
        return
    if traffic.answered or traffic.count("policy", "client"):
        if shown:
            sentence = f"Some requests to {host} got no answer, others did: the connection is not reliable."
            yield Proof("data-host-unreachable", sentence, evidence_of(shown), "possible")
        return
    if shown or images:
        sentence = (
            f"{host} cannot be reached from this browser{_reason(traffic, *outcomes)}: a firewall, a proxy or a DNS"
            " filter stands between the browser and Pendo."
        )
        yield Proof("data-host-unreachable", sentence, evidence_of(shown or images), count=traffic.count(*outcomes))
    elif len(waiting) > 1:
        sentence = f"{host} never answers: every request waits until the page is left or the recording ends."
        yield Proof(
            "data-host-unreachable", sentence, evidence_of(waiting), "proved" if is_patient else "likely",
            traffic.count("unanswered", "aborted"),
        )  # fmt: skip
    elif shown := traffic.shown("offline", "failed", "unresolved"):
        sentence = f"Requests to {host} got no answer, and the recording does not say why."
        yield Proof("data-host-unreachable", sentence, evidence_of(shown), "possible")


def _prove_key_unknown(traffic: Traffic) -> Iterator[Proof]:
    shown = [attempt for attempt in traffic.shown("refused") if not attempt.is_probe]
    if not shown:
        return
    host, key = traffic.target.host, traffic.target.api_key
    status = shown[0].status
    are_events_refused = any(one.endpoint == _EVENTS for one in shown) and not traffic.accepts_events
    if traffic.target.host_kind != "listed" or (traffic.accepted and not are_events_refused):
        sentence = f"{host} answers requests for the API key {key} with status {status}."
        yield Proof("key-unknown-in-region", sentence, evidence_of(shown), "possible")
        return
    title = REGIONS[traffic.target.region].title
    sentence = f"{host} answers requests with status {status}: the region {title} does not accept the API key {key}."
    yield Proof("key-unknown-in-region", sentence, evidence_of(shown), count=traffic.count("refused"))


def _prove_opted_out(case: CaseFile) -> Iterator[Proof]:
    if shown := case.deliveries.opted_out:
        sentence = (
            "Pendo answers the request for guides with 451: the visitor opted out or is excluded, and the agent stops"
            " sending. That is meant so."
        )
        yield Proof("opted-out-451", sentence, evidence_of(shown), count=case.deliveries.opted_out_count)


def _prove_answers(case: CaseFile) -> Iterator[Proof]:
    """Prove hosts of Pendo that answer 429 or 5xx; the more frequent answer comes first."""
    proofs: list[Proof] = []
    for traffic in case.deliveries.all():
        if _is_page_host(case, traffic):
            continue
        host = traffic.target.host
        if shown := traffic.shown("throttled"):
            sentence = (
                f"{host} answers 429 (too many requests) to {_endpoints(traffic, 'throttled')}; what still waits when"
                " the page is left is lost."
            )
            proofs.append(Proof("throttled-429", sentence, evidence_of(shown), count=traffic.count("throttled")))
        if shown := traffic.shown("server-error"):
            sentence = (
                f"{host} answers {shown[0].status} to {_endpoints(traffic, 'server-error')}: a failure on Pendo's side,"
                " not of the installation; what still waits when the page is left is lost."
            )
            proofs.append(Proof("server-5xx", sentence, evidence_of(shown), count=traffic.count("server-error")))
    yield from sorted(proofs, key=lambda proof: -proof.count)


def _suggest_policies(case: CaseFile) -> Iterator[Proof]:
    """Suggest policies that would stop requests to a data host; a proxy does not record what the browser stops."""
    hosts = [traffic.target.host for traffic in case.deliveries.of("data")]
    regions = [traffic.target.region for traffic in case.deliveries.of("script") if traffic.accepted]
    hosts += [REGIONS[region].data_host for region in regions if region and not hosts]
    loads: tuple[Load, ...] = ("image", "connect")
    for page in case.pages.pages():
        for host in dict.fromkeys(hosts):
            url = f"https://{host}/data/ptm.gif/key"
            found = (
                directive
                for load in loads
                for policy in page.document.policies
                if (directive := policy.blocking_directive(load, url, page.url))
            )
            if directive := next(found, ""):
                sentence = f"The page's Content-Security-Policy does not allow all requests to {host}."
                evidence = [evidence_at(page.moment, "the policy of the page", policy=directive, url=address(page.url))]
                certainty: Certainty = "likely" if not any(True for _ in case.deliveries.of("data")) else "possible"
                yield Proof("csp-blocked-data", sentence, evidence, certainty, rules=())
                return


def _endpoints(traffic: Traffic, outcome: Outcome) -> str:
    names = dict.fromkeys(attempt.endpoint for attempt in traffic.shown(outcome))
    return ", ".join(names)


def _reason(traffic: Traffic, *outcomes: Outcome) -> str:
    reasons = [attempt.reason for attempt in traffic.shown(*outcomes) if attempt.reason]
    return f" ({reasons[0][:80]})" if reasons else ""


def _is_page_host(case: CaseFile, traffic: Traffic) -> bool:
    """Return whether a request went to the page's own host because the host in an address is missing."""
    return traffic.target.host_kind == "cname" and bool(traffic.target.prefix) and (
        traffic.target.host in case.pages.hosts()
    )  # fmt: skip
