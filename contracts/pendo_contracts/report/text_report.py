"""A report as text for a terminal."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from pendo_contracts.common.safe_text import plural, visible
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.report.json_report import rule_reference
from pendo_contracts.report.outcome import conclude
from pendo_contracts.terminal.styled_text import paint, wrap
from pendo_contracts.terminal.text_table import Cell, Column, TextTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendo_contracts.finding import Finding
    from pendo_contracts.report.finding_groups import FindingGroup
    from pendo_contracts.report.outcome import Outcome
    from pendo_contracts.report.report import Report, Row

SHOWN: Final = 25
MAX_ROWS: Final = 200
PLACES: Final = 3
SHOWN_URL: Final = 80

_COLUMNS: Final = (
    Column("region"),
    Column("event"),
    *(Column(title, right=True) for title in ("sent", "received", "kept", "broken")),
)
_GAP: Final = 3
# The fields of an entry begin with two spaces and a word of up to six letters.
_FIELD_INDENT: Final = 9
_COLORS: Final = {"KEPT": "green", **dict.fromkeys(("BROKEN", "LOST", "WAIVERS", "STRICT", "FAILED", "KILLED"), "red")}


def as_text(
    report: Report,
    *,
    color: bool = False,
    width: int | None = None,
    outcome: Outcome | None = None,
    encoding: str = "utf-8",
) -> str:
    """Write a report as text: a table of regions and event types, then each finding with its fix, then the outcome.

    Equal findings are one entry with a count. Lines wrap at `width`; without `width` they never wrap. Characters that
    `encoding` lacks are replaced. The default `outcome` is the one of a check without options.
    """
    page = _Page(color=color, width=width)
    if report.rows:
        rule = "─" if _can_encode("─", encoding) else "-"
        page.lines += ["", *TextTable(color, width, _GAP, rule).lines(_COLUMNS, _table_rows(report.rows)), ""]
    _add_errors(page, report.errors)
    _add_advice(page, report.advice)
    _add_further(page, report.further)
    _add_list(page, "unreadable", "red", report.unreadable, report.further_unreadable)
    _add_counts(page, "not received", "yellow", report.not_received)
    _add_counts(page, "not judged", "yellow", report.not_judged)
    _add_counts(page, "not judged", "dim", report.uncovered)
    _add_known(page, report)
    _add_list(page, "note", "dim", report.notes)
    _add_counts(page, "fault", "dim", report.faults)
    _add_conclusion(page, outcome or conclude(report))
    return page.text(encoding)


class _Page(Struct):
    """Lines of text of one width, with colours or without."""

    color: bool
    width: int | None
    lines: list[str] = field(default_factory=list)

    def add(self, label: str, style: str, text: str) -> None:
        """Add a label with a style, and a text after it. The text has no control characters and no line ends."""
        first, *others = wrap(f"{label} {text}", self.width)
        if first.startswith(label):
            first = paint(label, style, color=self.color) + first.removeprefix(label)
        self.lines += [first, *others]

    def add_text(self, text: str, indent: int = 0) -> None:
        """Add a text; the lines after its first are indented."""
        self.lines += wrap(text, self.width, indent)

    def add_field(self, name: str, text: str) -> None:
        """Add a field of an entry."""
        self.add_text(f"  {name:6} {text}", _FIELD_INDENT)

    def text(self, encoding: str) -> str:
        """Return all lines, with other characters for those that the encoding lacks."""
        return encodable("".join(f"{line}\n" for line in self.lines), encoding)


def as_document(report: Report, outcome: Outcome) -> str:
    """Write a report as the text of a file: without colours, and lines do not wrap."""
    return as_text(report, outcome=outcome)


def last_line(outcome: Outcome, *, color: bool = False, encoding: str = "utf-8") -> str:
    """Return the last line of a report: its outcome."""
    page = _Page(color=color, width=None)
    _add_conclusion(page, outcome)
    return page.text(encoding)


def headline(report: Report) -> str:
    """Return one line that says what is wrong: the first error of a report, or its outcome."""
    outcome = conclude(report)
    if not report.errors:
        return f"{outcome.word} {outcome.text}"
    group, more = report.errors[0], report.broken + report.rule_errors - 1
    others = f" (and {more:,} more)" if more else ""
    problem = f"{group.first.pointer} {group.first.message}".strip()
    return visible(f"BROKEN {_describe([group.first])}{others}: {problem}")


def encodable(text: str, encoding: str) -> str:
    """Replace the characters of a text that an encoding lacks: `…` by `...`, others by an escape."""
    if _can_encode(text, encoding):
        return text
    return text.replace("…", "...").encode(encoding, "backslashreplace").decode(encoding)


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeError:
        return False
    return True


def _table_rows(rows: tuple[Row, ...]) -> list[Sequence[Cell]]:
    """Return the rows of the table, with an empty one between regions."""
    cells: list[Sequence[Cell]] = []
    last = ""
    for row in rows[:MAX_ROWS]:
        if last and row.place != last:
            cells.append(())
        place = "" if row.place == last else visible(row.place)
        cells.append((Cell(place), Cell(visible(row.type)), *_numbers(row)))
        last = row.place
    if len(rows) > MAX_ROWS:
        more = f"{len(rows) - MAX_ROWS:,} more rows in the JSON report"
        cells += [(), (Cell("..."), Cell(more), *[Cell("")] * 4)]
    return cells


def _numbers(row: Row) -> tuple[Cell, ...]:
    sent = Cell("-" if row.sent is None else str(row.sent))
    received = Cell(str(row.received), "red" if row.lost else "")
    return sent, received, Cell(str(row.kept)), Cell(str(row.broken), "red") if row.broken else Cell("-")


def _add_errors(page: _Page, groups: tuple[FindingGroup, ...]) -> None:
    """Add one entry for all errors with the same rule, pointer and event type."""
    entries: dict[tuple[str, ...], list[FindingGroup]] = {}
    for group in groups:
        first = group.first
        entries.setdefault((first.rule_name, first.pointer, first.subject, first.host), []).append(group)
    for entry in islice(entries.values(), SHOWN):
        _add_broken(page, *_joined(entry))
    _add_rest(page, len(entries) - SHOWN)


def _add_advice(page: _Page, groups: tuple[FindingGroup, ...]) -> None:
    """Add one entry for each rule, the warnings first."""
    entries: dict[tuple[bool, str], list[FindingGroup]] = {}
    for group in groups:
        entries.setdefault((group.severity == "note", group.first.rule_name), []).append(group)
    for key in islice(sorted(entries, key=lambda key: key[0]), SHOWN):
        _add_rule(page, *_joined(entries[key]))
    _add_rest(page, len(entries) - SHOWN)


def _joined(groups: list[FindingGroup]) -> tuple[list[Finding], int]:
    """Return the findings of some groups, and how many there were."""
    return [finding for group in groups for finding in group.findings], sum(group.count for group in groups)


def _add_broken(page: _Page, findings: list[Finding], count: int) -> None:
    first = findings[0]
    page.add("BROKEN", "red", visible(_describe(findings)))
    page.add_field("what", visible(first.message))
    page.add_field("where", visible(first.pointer) or "the whole value")
    page.add_field("rule", visible(rule_reference(first.contract, first.rule)))
    page.add_field("fix", visible(first.fix))
    page.add_field("seen", visible(_places(findings, count)))
    page.lines.append("")


def _describe(findings: Sequence[Finding]) -> str:
    """Return the request or event of equal findings, and where it was sent."""
    first = findings[0]
    what = first.subject if first.index is None else f"{first.subject} event"
    names = {finding.name for finding in findings}
    name = f" {shorten(first.name)}" if first.name and len(names) == 1 else ""
    targets = list(dict.fromkeys(f"{finding.place} {finding.endpoint}" for finding in findings))
    more = f" and {len(targets) - PLACES:,} more" if len(targets) > PLACES else ""
    return f"{what}{name} to {', '.join(targets[:PLACES])}{more}"


def _add_rule(page: _Page, findings: list[Finding], count: int) -> None:
    first, others = findings[0], len({finding.message for finding in findings}) - 1
    more = f" (and {others:,} more like it)" if others else ""
    rule = rule_reference(first.contract, first.rule)
    text = f"{visible(rule)}: {visible(first.message)}{more}; {visible(first.fix)}"
    page.add(first.severity, "yellow", text)
    page.add_field("seen", visible(_places(findings, count)))


def _places(findings: list[Finding], count: int) -> str:
    """Return the first places of equal findings, each with its event's name, visitor and page."""
    places = [_place(finding) for finding in findings[:PLACES]]
    more = count - len(places)
    times = "once" if count == 1 else f"{count:,} times"
    return f"{times}: {'; '.join(places)}{f'; and {more:,} more' if more else ''}"


def _place(finding: Finding) -> str:
    position = "" if finding.index is None else f" event {finding.index}"
    visitor = f"visitor {shorten(finding.visitor_id)}" if finding.visitor_id else ""
    name = shorten(finding.name) if finding.name else ""
    details = ", ".join(filter(None, (name, visitor, finding.page[:SHOWN_URL])))
    return f"{finding.where}{position}{f' ({details})' if details else ''}"


def _add_list(page: _Page, label: str, style: str, lines: tuple[str, ...], further: int = 0) -> None:
    for line in lines[:SHOWN]:
        page.add(label, style, visible(line))
    _add_rest(page, len(lines) + further - SHOWN)


def _add_counts(page: _Page, label: str, style: str, counts: Mapping[str, int]) -> None:
    for reason, count in islice(counts.items(), SHOWN):
        page.add(label, style, f"{count:,} {plural(count, 'request')}: {visible(reason)}")
    _add_rest(page, len(counts) - SHOWN)


def _add_known(page: _Page, report: Report) -> None:
    if report.known:
        _add_list(page, "waivers", "red", report.known.problems)
        _add_list(page, "known", "dim", tuple(report.known.lines()))


def _add_further(page: _Page, further: Mapping[str, int]) -> None:
    for severity, count in further.items():
        page.add_text(f"... and {count:,} more findings with severity {severity}, too many to list")


def _add_rest(page: _Page, more: int) -> None:
    if more > 0:
        page.add_text(f"... and {more:,} more; the JSON report lists all of them")
        page.lines.append("")


def _add_conclusion(page: _Page, outcome: Outcome) -> None:
    page.add(outcome.word, _COLORS.get(outcome.word, "yellow"), visible(outcome.text))
