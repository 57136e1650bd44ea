"""The findings of a report grouped by rule, with the rule's help and its lines in the contract."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import counted, cut, visible
from pendo_contracts.contract import file_name, from_pointer, load_contract, rule_line
from pendo_contracts.finding import RULES_CONTRACT
from pendo_contracts.plans.plan import PLAN_PREFIX
from pendo_contracts.report.json_report import MAX_MESSAGE, position_of, rule_reference
from pendo_contracts.rules.catalogue import RULES
from pendo_contracts.rules.pages import as_plain_text, paragraphs
from pendo_contracts.verdict import WIRE

if TYPE_CHECKING:
    from pendo_contracts.finding import Finding, Severity
    from pendo_contracts.report.finding_groups import FindingGroup
    from pendo_contracts.report.report import Report

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
# The lines of a contract before a constraint and from it on.
BEFORE: Final = 2
AFTER: Final = 7


@dataclass(frozen=True, slots=True)
class ContractLines:
    """Some lines of a contract's file: the first has the number `first`, the constraint begins in the line `line`."""

    file: str
    first: int
    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines from the constraint on."""
        return "\n".join(self.lines[self.line - self.first :])


@dataclass(frozen=True, slots=True)
class RuleSection:
    """All groups of findings of one rule with one severity."""

    name: str
    severity: Severity
    reference: str
    summary: str
    help: tuple[tuple[str, str], ...]
    contract: ContractLines | None
    groups: tuple[FindingGroup, ...]

    @property
    def count(self) -> int:
        """The number of findings."""
        return sum(group.count for group in self.groups)


def rule_sections(report: Report) -> list[RuleSection]:
    """Return a section for each rule and severity: errors first, then in the order of the first findings."""
    by_rule: dict[tuple[int, str], list[FindingGroup]] = {}
    for group in report.findings:
        by_rule.setdefault((SEVERITIES.index(group.severity), group.rule), []).append(group)
    return [_section(by_rule[key]) for key in sorted(by_rule, key=lambda key: key[0])]


def _section(groups: list[FindingGroup]) -> RuleSection:
    first = groups[0].first
    return RuleSection(
        first.rule_name,
        first.severity,
        rule_reference(first.contract, first.rule),
        rule_summary(first),
        tuple(rule_help(first)),
        contract_lines(first.contract, first.rule),
        tuple(groups),
    )


@cache
def contract_lines(contract: str, rule: str) -> ContractLines | None:
    """Return the lines of a contract around a constraint, None for a rule that no schema contains."""
    if contract in {WIRE, RULES_CONTRACT} or contract.startswith(PLAN_PREFIX):
        return None
    lines, line = load_contract(contract).text.splitlines(), rule_line(contract, rule)
    first = max(1, line - BEFORE)
    return ContractLines(file_name(contract), first, line, tuple(lines[first - 1 : line + AFTER]))


def rule_summary(finding: Finding) -> str:
    """Return one sentence on what a rule demands."""
    if finding.contract == RULES_CONTRACT:
        return next((text for heading, text in rule_help(finding) if not heading), finding.rule)
    if finding.contract == WIRE:
        return f"An endpoint must be able to decode each request: constraint {finding.rule}."
    if finding.contract.startswith(PLAN_PREFIX):
        return f"The tracking plan, {finding.contract.removeprefix(PLAN_PREFIX)}: {finding.rule}."
    return _description(finding.contract, finding.rule) or f"The contract {finding.contract}: {finding.rule}."


def rule_help(finding: Finding) -> list[tuple[str, str]]:
    """Return the headings and texts of a rule's page, or of a constraint what to do and how it is known."""
    about = next((rule.description for rule in RULES if rule.description.name == finding.rule), None)
    if finding.contract == RULES_CONTRACT and about:
        return paragraphs(about)
    end = "" if finding.fix.endswith(("?", ".", "!")) else "."
    texts = [("What to do", f"{finding.fix[:1].upper()}{finding.fix[1:]}{end}")]
    is_packaged = finding.contract != WIRE and not finding.contract.startswith(PLAN_PREFIX)
    if is_packaged and (source := _nearest(finding.contract, finding.rule, "$comment")):
        texts.append(("How this is known", f"{source[:1].upper()}{source[1:]}"))
    return texts


def rule_page(finding: Finding) -> str:
    """Return the help of a rule as plain text."""
    about = next((rule.description for rule in RULES if rule.description.name == finding.rule), None)
    if finding.contract == RULES_CONTRACT and about:
        return as_plain_text(about)
    reference = rule_reference(finding.contract, finding.rule)
    texts = (f"{heading}\n  {text}" for heading, text in rule_help(finding))
    return "\n\n".join((reference, rule_summary(finding), *texts))


def _description(contract: str, rule: str) -> str:
    return _nearest(contract, rule, "description") or _nearest(contract, rule, "title")


@cache
def _nearest(contract: str, rule: str, member: str) -> str:
    """Return a text member of the schema that contains a constraint, or of the nearest schema around it; "" if none."""
    schema: Any = load_contract(contract).schema
    found = ""
    for step in (*from_pointer(rule), None):
        if isinstance(schema, dict) and isinstance(schema.get(member), str):
            found = schema[member]
        if step is not None:
            schema = schema[int(step)] if isinstance(schema, list) else schema[step]
    return found


def subject_of(finding: Finding) -> str:
    """Return the request or event of a finding with the place that it was sent to."""
    what = finding.subject if finding.index is None else f"{finding.subject} event"
    name = f' "{cut(finding.name, 80)}"' if finding.name else ""
    return visible(f"{what}{name} to {finding.place} {finding.endpoint}")


def message_of(finding: Finding) -> str:
    """Return the message of a finding, in one line and cut."""
    return visible(finding.message, MAX_MESSAGE)


def file_and_line(finding: Finding, report: Report) -> tuple[str, int | None]:
    """Return the path and the line of a finding's recording or test; "" for a finding that is in no file."""
    position = position_of(finding.where)
    name = position.get("file", "")
    return report.paths.get(name, ""), position.get("line", report.lines.get(name))


def remaining(report: Report) -> list[str]:
    """Return sentences that count what a list of findings does not contain."""
    lines = [f"{counted(count, f'further {severity}')}, not listed" for severity, count in report.further.items()]
    if report.unreadable:
        lines.append(f"{report.unreadable_count:,} unreadable: {visible(report.unreadable[0])}")
    for label, counts in (
        ("not received", report.not_received),
        ("not judged", report.not_judged),
        ("covered by no contract", report.uncovered),
        ("affected by a fault", report.faults),
    ):
        lines += [f"{counted(count, 'request')} {label}: {visible(reason)}" for reason, count in counts.items()]
    known: Any = getattr(report, "known", None)
    lines += map(visible, (*known.problems, *known.lines())) if known else ()
    return lines + [f"note: {visible(note)}" for note in report.notes]
