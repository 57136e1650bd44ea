"""Proves the causes that lie in the ids of visitors and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.rules.identity.javascript_white_space import trim
from pendo_contracts.rules.identity.junk_id import is_junk
from pendo_emulator.inspection.causes.proof import Proof, evidence_at, evidence_of_findings, listed
from pendo_emulator.inspection.evidence.identities import in_order, normalized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.inspection.evidence.case_file import CaseFile
    from pendo_emulator.inspection.evidence.identities import Statement
    from pendo_emulator.inspection.inspection import Evidence

_PLACEHOLDERS = frozenset({"VISITOR-UNIQUE-ID", "ACCOUNT-UNIQUE-ID"})


def prove_identity_causes(case: CaseFile) -> Iterator[Proof]:
    """Yield the causes that the ids prove."""
    yield from _prove_placeholder(case)
    yield from _prove_junk(case)
    yield from _prove_spelling(case)
    yield from _prove_switch(case)
    yield from _prove_anonymous(case)
    yield from _prove_no_account(case)
    yield from _prove_group_before_identify(case)


def _prove_placeholder(case: CaseFile) -> Iterator[Proof]:
    findings = case.rules.of("placeholder-id")
    ids = [value for value in _ids(case) if value.upper() in _PLACEHOLDERS]
    visitors = case.identities.visitors
    pages = [load for load in case.pages.documents if load.document.has_placeholder]
    if findings:
        sentence = (
            f"The example ids of Pendo's snippet are still there ({listed(ids) or 'see the evidence'}): all visitors"
            " share them."
        )
        yield Proof("placeholder-id", sentence, evidence_of_findings(case, findings))
    elif pages and visitors and not case.identities.known():
        sentence = (
            "The page passes the example id of Pendo's snippet, which counts as no id: every visitor stays anonymous."
        )
        shown = [evidence_at(load.moment, "the text of the page has an example id", url=load.url) for load in pages]
        yield Proof("placeholder-id", sentence, shown, rules=())


def _prove_junk(case: CaseFile) -> Iterator[Proof]:
    if findings := case.rules.of("junk-id"):
        ids = [value for value in _ids(case) if is_junk(value)]
        shown = listed(f'"{value}"' for value in ids)
        sentence = (
            f"An id is a missing value as text{f': {shown}' if shown else ''}. All visitors or accounts with such an id"
            " become one."
        )
        yield Proof("junk-id", sentence, evidence_of_findings(case, findings), count=case.rules.count("junk-id"))


def _prove_spelling(case: CaseFile) -> Iterator[Proof]:
    padded = [value for value in _ids(case) if trim(value) != value and not is_junk(value)]
    twins = case.rules.of("id-twins")
    spaces = case.rules.of("id-whitespace")
    if spaces:
        shown = listed(f"'{value}'" for value in padded)
        sentence = f"Ids have white space at their ends ({shown or 'see the evidence'}): Pendo takes them as other ids."
        yield Proof(
            "id-whitespace-or-case", sentence, evidence_of_findings(case, spaces + twins),
            rules=("id-whitespace", "id-twins") if twins else ("id-whitespace",),
        )  # fmt: skip
    elif twins:
        sentence = f"The same id is written in two ways, and Pendo makes two records of it: {twins[0].message}."
        yield Proof("id-whitespace-or-case", sentence, evidence_of_findings(case, twins), rules=("id-twins",))


def _prove_switch(case: CaseFile) -> Iterator[Proof]:
    findings = case.rules.of("visitor-switched")
    people = {normalized(visitor) for visitor in case.identities.known() if not is_junk(visitor)}
    if findings and len(people) > 1:
        sentence = (
            f"Within one page one person follows another without a logout: {findings[0].message}. The second one goes"
            " on with the session of the first."
        )
        yield Proof("visitor-switched", sentence, evidence_of_findings(case, findings))


def _prove_anonymous(case: CaseFile) -> Iterator[Proof]:
    visitors = in_order(case.identities.visitors)
    if visitors and not case.identities.known() and case.identities.agent_events:
        sentence = (
            f"The visitor stays anonymous ({listed(visitors)}): Pendo never gets a user's id, so nobody is recognized."
        )
        yield Proof("never-identified", sentence, _first_places(case, visitors, "visitor"))


def _prove_no_account(case: CaseFile) -> Iterator[Proof]:
    known = case.identities.known()
    if known and not case.identities.accounts:
        sentence = f"The visitor is known ({listed(known)}), but no account is ever given: the events belong to none."
        yield Proof("no-account", sentence, _first_places(case, known, "visitor"))


def _prove_group_before_identify(case: CaseFile) -> Iterator[Proof]:
    for statements in case.identities.frames.values():
        ordered = sorted(statements, key=lambda said: said.order)
        for before in ordered:
            if not (before.account and before.account_fields) or before.visitor in case.identities.known():
                continue
            account = normalized(before.account)
            after = [said for said in ordered if _is_known_later(case, said, before, account)]
            if after and not any(said.account_fields for said in after):
                yield _group_before_identify(before, after[0])
                return


def _is_known_later(case: CaseFile, said: Statement, before: Statement, account: str) -> bool:
    is_later = said.order > before.order and normalized(said.account) == account
    return is_later and bool(said.visitor) and not said.visitor.startswith("_PENDO_T_") and bool(case)


def _group_before_identify(before: Statement, after: Statement) -> Proof:
    sentence = (
        f"The traits of the account {listed([before.account])} are sent while the visitor is still anonymous; what"
        f" follows for {listed([after.visitor])} carries the account's id only."
    )
    fields = ", ".join(before.account_fields)
    evidence = [
        evidence_at(before.moment, "the account's traits, for an anonymous visitor", fields=fields),
        evidence_at(after.moment, "the account's id alone, for the known visitor", visitor=after.visitor),
    ]
    return Proof("group-before-identify", sentence, evidence)


def _ids(case: CaseFile) -> list[str]:
    return [*in_order(case.identities.visitors), *in_order(case.identities.accounts)]


def _first_places(case: CaseFile, visitors: list[str], name: str) -> list[Evidence]:
    seen = case.identities.visitors
    return [evidence_at(seen[value].moment, f"first event of {name} {listed([value])}") for value in visitors[:8]]
