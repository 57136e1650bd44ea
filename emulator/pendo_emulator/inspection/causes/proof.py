"""Proof: a cause with the evidence that a recording gives for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import cut
from pendo_emulator.inspection.causes.cause_texts import CAUSE_TEXTS
from pendo_emulator.inspection.inspection import Cause, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pendo_contracts.finding import Finding
    from pendo_emulator.inspection.evidence.case_clock import Moment
    from pendo_emulator.inspection.evidence.case_file import CaseFile
    from pendo_emulator.inspection.evidence.deliveries import Attempt
    from pendo_emulator.inspection.inspection import Certainty

MAX_EVIDENCE: Final = 8
MAX_NAMES: Final = 5
MAX_ID: Final = 100


@dataclass(frozen=True, slots=True)
class Proof:
    """A cause that a recording proves, or only suggests if `certainty` is not `proved`.

    `count` is the number of requests or events that show it, if there are more than the evidence lists. `rules` replace
    the rules of the catalogue, `fix` its instruction.
    """

    slug: str
    sentence: str
    evidence: Sequence[Evidence] = ()
    certainty: Certainty = "proved"
    count: int = 0
    rules: tuple[str, ...] | None = None
    fix: str = ""

    def cause(self) -> Cause:
        """Return the cause with the texts of the catalogue."""
        text = CAUSE_TEXTS[self.slug]
        shown = tuple(self.evidence[:MAX_EVIDENCE])
        further = max(self.count, len(self.evidence)) - len(shown)
        rules = text.rules if self.rules is None else self.rules
        return Cause(
            self.slug, self.certainty, self.sentence, self.fix or text.fix, shown, max(0, further), rules,
            text.refuted_by,
        )  # fmt: skip


def evidence_at(moment: Moment | None, text: str, **values: str) -> Evidence:
    """Return evidence of one entry."""
    if moment is None:
        return Evidence(text, values=values)
    return Evidence(
        text, moment.where, moment.shown_time, {name: cut(value) for name, value in values.items() if value}
    )


def evidence_of(attempts: Iterable[Attempt]) -> list[Evidence]:
    """Return the evidence of some requests: what was asked, and what came back."""
    return [
        evidence_at(
            attempt.moment, f"{attempt.endpoint}: {describe_answer(attempt)}", url=address(attempt.url),
            status=str(attempt.status or ""), reason=attempt.reason, policy=attempt.directive,
        )
        for attempt in attempts
    ]  # fmt: skip


def policy_evidence(case: CaseFile, attempts: Iterable[Attempt]) -> list[Evidence]:
    """Return the evidence of requests that a policy stopped, with the directive as far as the page shows it."""
    found = []
    for attempt in attempts:
        directive = attempt.directive or case.pages.blocking_directive(attempt.requester, attempt.load)
        text = f"{attempt.endpoint}: blocked by the policy{f' ({directive.split()[0]})' if directive else ''}"
        values = {"url": address(attempt.url), "policy": directive, "reason": attempt.reason}
        found.append(evidence_at(attempt.moment, text, **values))
    return found


def evidence_of_findings(case: CaseFile, findings: Iterable[Finding]) -> list[Evidence]:
    """Return the evidence of findings of the rules."""
    return [
        evidence_at(case.times.get(found.where), found.message, rule=found.rule, event=found.name or found.subject)
        if found.where in case.times
        else Evidence(found.message, found.where, values={"rule": found.rule})
        for found in findings
    ]


def describe_answer(attempt: Attempt) -> str:
    """Return the answer to a request in words."""
    if attempt.status:
        return f"answered with status {attempt.status}"
    return f"no answer ({cut(attempt.reason, 100)})" if attempt.reason else "no answer"


def address(url: str) -> str:
    """Return a URL without its query."""
    return cut(url.partition("?")[0].partition("#")[0])


def listed(names: Iterable[str]) -> str:
    """Return some names as text, each with a bounded length: `a, b and 3 more`."""
    different = list(dict.fromkeys(names))
    shown = ", ".join(cut(name, MAX_ID) for name in different[:MAX_NAMES])
    return shown if len(different) <= MAX_NAMES else f"{shown} and {len(different) - MAX_NAMES} more"
