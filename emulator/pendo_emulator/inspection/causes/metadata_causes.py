"""Proves the causes that lie in metadata and in the properties of track events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_emulator.inspection.causes.proof import Proof, evidence_at, evidence_of_findings, listed
from pendo_emulator.inspection.evidence.identities import in_order, normalized

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_emulator.inspection.evidence.case_file import CaseFile
    from pendo_emulator.inspection.evidence.identities import Described


def prove_metadata_causes(case: CaseFile) -> Iterator[Proof]:
    """Yield the causes that the metadata and the track events prove."""
    if findings := case.rules.of("parent-account-nested"):
        sentence = (
            "The parent account is inside the account's data, where Pendo does not read it: the data can split in two"
            " accounts."
        )
        count = case.rules.count("parent-account-nested")
        yield Proof("parent-account-nested", sentence, evidence_of_findings(case, findings), count=count)
    yield from _prove_unusable(case)
    yield from _prove_missing(case)
    if findings := case.rules.of("track-properties-size", "dropped-by-agent"):
        names = listed(found.name for found in findings if found.name)
        sentence = (
            f"The properties of {f'the track event {names}' if names else 'a track event'} are too large: Pendo takes"
            " at most 512 bytes of JSON for one event."
        )
        rules = tuple(dict.fromkeys(found.rule for found in findings))
        yield Proof("track-too-large", sentence, evidence_of_findings(case, findings), rules=rules)


def _prove_unusable(case: CaseFile) -> Iterator[Proof]:
    if faults := case.faults.found():
        sentence = f"Some metadata cannot be used by Pendo: {listed(fault.path for fault in faults)}."
        evidence = [evidence_at(fault.moment, f"{fault.path}: {fault.problem}", rule=fault.rule) for fault in faults]
        rules = tuple(dict.fromkeys(fault.rule for fault in faults))
        count = len(faults) + case.faults.further
        yield Proof("metadata-nested-or-bad-keys", sentence, evidence, count=count, rules=rules)


def _prove_missing(case: CaseFile) -> Iterator[Proof]:
    """Prove accounts, and known visitors, of which nothing but the id is ever said; some among others are possible."""
    who = case.identities
    for slug, noun, described, ids in (
        ("account-traits-missing", "account", who.account_descriptions, in_order(who.accounts)),
        ("visitor-traits-missing", "visitor", who.visitor_descriptions, who.known()),
    ):
        bare = [value for value in ids if _is_bare(described, value)]
        if not bare:
            continue
        is_all = all(said.with_fields is None for said in described.values())
        sentence = (
            f"The {noun} {listed(bare)} is named, but nothing else is said of it: no {noun} metadata can appear in"
            " Pendo."
        )
        evidence = [
            evidence_at(described[normalized(value)].without_fields, f"{noun} {listed([value])} with an id only")
            for value in bare[:8]
        ]
        yield Proof(slug, sentence, evidence, "proved" if is_all else "possible", len(bare))


def _is_bare(described: Mapping[str, Described], value: str) -> bool:
    said = described.get(normalized(value))
    return said is not None and said.with_fields is None
