"""Proves the causes for which a client of Pendo's Engage API does not get, or does not change, what it wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import counted
from pendo_emulator.inspection.causes.proof import Proof, evidence_at, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_emulator.inspection.evidence.case_file import CaseFile
    from pendo_emulator.inspection.evidence.engage_requests import EngageRequest
    from pendo_emulator.inspection.inspection import Evidence

_FORBIDDEN: Final = frozenset({401, 403})
_UNKNOWN: Final = 404


def prove_engage_causes(case: CaseFile) -> Iterator[Proof]:
    """Yield the causes that the answers to requests for the Engage API prove."""
    if not case.engage.count:
        return
    yield from _prove_keys(case)
    yield from _prove_refusals(case)
    yield from _prove_overload(case)
    if shown := case.engage.select(lambda request: bool(request.call.missing)):
        ids = [id_ for request in shown for id_ in request.call.missing]
        sentence = f"A write of metadata is accepted, but not for ids that Pendo does not know: {listed(ids)}."
        yield Proof("api-ids-missing", sentence, _evidence(shown))


def engage_healthy(case: CaseFile) -> Proof | None:
    """Return that nothing is wrong with the requests for the Engage API; None if none was accepted."""
    accepted = case.engage.accepted
    if not accepted:
        return None
    hosts = listed(request.call.host for request in accepted)
    sentence = f"Nothing is wrong: Pendo's API at {hosts} accepts the requests."
    return Proof("healthy", sentence, _evidence(accepted))


def _prove_keys(case: CaseFile) -> Iterator[Proof]:
    """Prove an integration key that is refused, or one that only reads."""
    forbidden = case.engage.select(lambda request: request.status in _FORBIDDEN)
    for host in dict.fromkeys(request.call.host for request in forbidden):
        shown = [request for request in forbidden if request.call.host == host]
        accepted = [request for request in case.engage.accepted if request.call.host == host]
        if accepted and all(request.call.writes for request in shown):
            is_certain = not any(request.call.writes for request in accepted)
            sentence = f"The API at {host} answers questions and refuses changes: the integration key only reads."
            yield Proof("api-key-read-only", sentence, _evidence(shown), "proved" if is_certain else "possible")
            continue
        reason = _reason(shown, case.engage.accepted)
        sentence = f"The API at {host} answers {shown[0].status}: {reason}."
        yield Proof("api-key-refused", sentence, _evidence(shown), "possible" if accepted else "proved")


def _reason(shown: Sequence[EngageRequest], accepted: Sequence[EngageRequest]) -> str:
    if not any(request.call.has_key for request in shown):
        return "the requests have no integration key"
    refused = shown[0].call
    if any(request.call.host == refused.host for request in accepted):
        return "it accepts other requests, so the integration key or its rights differ"
    regions = dict.fromkeys(request.call.region for request in accepted if request.call.region)
    regions.pop(refused.region, None)
    if regions:
        return f"this region does not know the integration key, the region {listed(regions)} does"
    return "it does not know the integration key, or the key belongs to another region"


def _prove_refusals(case: CaseFile) -> Iterator[Proof]:
    refused = case.engage.select(
        lambda request: request.outcome in {"refused", "rejected"} and request.status not in _FORBIDDEN
    )
    pipelines = [request for request in refused if request.call.is_aggregation]
    others = [request for request in refused if not request.call.is_aggregation]
    if pipelines:
        sentence = f"The API does not accept a pipeline: it answers {_answer(pipelines[0])}."
        yield Proof("api-pipeline-refused", sentence, _evidence(pipelines))
    if others:
        only_unknown = all(request.status == _UNKNOWN and not request.call.writes for request in others)
        sentence = f"The API does not accept {_asked(others[0])}: it answers {_answer(others[0])}."
        yield Proof("api-request-refused", sentence, _evidence(others), "possible" if only_unknown else "proved")


def _prove_overload(case: CaseFile) -> Iterator[Proof]:
    if shown := case.engage.select(lambda request: request.outcome == "throttled"):
        host = shown[0].call.host
        sentence = f"The API at {host} answers 429 (too many requests): the client asks too often."
        yield Proof("throttled-429", sentence, _evidence(shown), rules=())
    if shown := case.engage.select(lambda request: request.outcome == "server-error"):
        sentence = f"The API at {shown[0].call.host} answers {shown[0].status}: a failure on Pendo's side."
        yield Proof("server-5xx", sentence, _evidence(shown), rules=())


def _asked(request: EngageRequest) -> str:
    return f"{request.call.method} {request.call.name}"


def _answer(request: EngageRequest) -> str:
    return f"{request.status} {request.call.text}".strip().rstrip(".")


def _evidence(requests: Sequence[EngageRequest]) -> list[Evidence]:
    return [
        evidence_at(
            request.moment, f"{_asked(request)}: {_shown(request)}", host=request.call.host,
            status=str(request.status or ""), answer=request.call.text,
        )
        for request in requests
    ]  # fmt: skip


def _shown(request: EngageRequest) -> str:
    if missing := request.call.missing:
        return f"answered with {counted(len(missing), 'missing id')}"
    return f"answered with status {request.status}" if request.status else "no answer"
