"""Puts the proved causes in order, the root cause first, and lists what is only possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.rules.rule_settings import find_rule
from pendo_emulator.inspection.causes.cause_texts import CAUSE_TEXTS, CONSEQUENCES
from pendo_emulator.inspection.causes.delivery_causes import prove_delivery_causes
from pendo_emulator.inspection.causes.engage_causes import prove_engage_causes
from pendo_emulator.inspection.causes.host_causes import prove_host_causes
from pendo_emulator.inspection.causes.identity_causes import prove_identity_causes
from pendo_emulator.inspection.causes.metadata_causes import prove_metadata_causes
from pendo_emulator.inspection.causes.proof import Proof, evidence_of_findings
from pendo_emulator.inspection.causes.script_causes import prove_script_causes
from pendo_emulator.inspection.causes.traffic_causes import (
    healthy,
    no_traffic,
    prove_traffic_causes,
    unexplained_failures,
)
from pendo_emulator.inspection.inspection import Cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.inspection.evidence.case_file import CaseFile

_RANK: Final = {slug: place for place, slug in enumerate(CAUSE_TEXTS)}
# These rules tell of requests that failed, which a cause explains.
_ABOUT_FAILURES: Final = frozenset({"not-received", "resent", "events-missing"})
# A recording in which Pendo gets nothing shows no healthy agent, even if it perhaps ended too early.
_WITHOUT_DATA: Final = frozenset({"agent-disabled", "csp-blocked-data", "data-host-unreachable"})
_PROVERS: Final = (
    prove_host_causes, prove_script_causes, prove_delivery_causes, prove_traffic_causes, prove_identity_causes,
    prove_metadata_causes, prove_engage_causes,
)  # fmt: skip


def find_causes(case: CaseFile) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
    """Return the causes that a finished case file proves, the root cause first, and those that it only suggests."""
    if not case.deliveries.all() and not case.engage.count:
        return (no_traffic(case).cause(),), ()
    proofs = [proof for prove in _PROVERS for proof in prove(case)]
    proved = _strongest([proof for proof in proofs if proof.certainty == "proved" or _is_without_data(case, proof)])
    slugs = {proof.slug for proof in proved}
    explained = {name for slug in slugs for name in CONSEQUENCES.get(slug, ())}
    causes = [proof for proof in proved if proof.slug not in explained]
    consequences = [proof for proof in proved if proof.slug in explained]
    suggested = _strongest([proof for proof in proofs if proof.slug not in slugs])
    possible = [
        *(_as_likely(proof).cause() for proof in consequences),
        *(proof.cause() for proof in suggested),
        *_from_rules(case, slugs | explained, has_failures=bool(causes)),
    ]
    is_doubtful = any(cause.slug in CAUSE_TEXTS for cause in possible)
    found = causes or [*unexplained_failures(case)] or [healthy(case, is_doubtful=is_doubtful)]
    return tuple(proof.cause() for proof in found), tuple(possible)


def _is_without_data(case: CaseFile, proof: Proof) -> bool:
    """Return whether a likely cause explains that Pendo accepted nothing at all."""
    is_likely = proof.certainty == "likely" and proof.slug in _WITHOUT_DATA
    return is_likely and not any(traffic.accepted for traffic in case.deliveries.of("data"))


def _strongest(proofs: list[Proof]) -> list[Proof]:
    """Return the first proof of each cause, in the order of the catalogue."""
    first: dict[str, Proof] = {}
    for proof in proofs:
        first.setdefault(proof.slug, proof)
    return sorted(first.values(), key=lambda proof: _RANK[proof.slug])


def _as_likely(proof: Proof) -> Proof:
    return Proof(proof.slug, proof.sentence, proof.evidence, "likely", proof.count, proof.rules, proof.fix)


def _from_rules(case: CaseFile, slugs: set[str], *, has_failures: bool) -> Iterator[Cause]:
    """Yield the findings of the rules that no cause contains."""
    covered = set(slugs).union(*(CAUSE_TEXTS[slug].rules for slug in slugs if slug in CAUSE_TEXTS))
    if has_failures:
        covered |= _ABOUT_FAILURES
    for name, findings in case.rules.found.items():
        if name not in covered:
            about = find_rule(name).description
            evidence = tuple(evidence_of_findings(case, findings))
            sentence = f"{about.summary[:1].upper()}{about.summary[1:]}."
            further = case.rules.counts[name] - len(evidence)
            yield Cause(
                name, "possible", sentence, f"{about.fix[:1].upper()}{about.fix[1:]}.", evidence, further, (name,)
            )
