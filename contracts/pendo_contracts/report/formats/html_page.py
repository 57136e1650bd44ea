"""A report as one HTML page, which needs no other file and no network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.contract import from_pointer
from pendo_contracts.report.formats.rule_sections import message_of, remaining, rule_sections, subject_of
from pendo_contracts.report.formats.self_contained_page import load_template, source_of
from pendo_contracts.report.outcome import count_requests
from pendo_contracts.wire.agent_version import TESTED_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jinja2 import Template

    from pendo_contracts.report import Outcome, Report, Row
    from pendo_contracts.report.finding_groups import FindingGroup

TEMPLATE: Final = "page.html.jinja"
PLACES: Final = 1_000
MAX_EVENT_TYPES: Final = 100
MAX_PLACES: Final = 100
MAX_LINES: Final = 500
# The groups of findings that are elements of the page when it opens; the script adds the others, so that a long page
# opens fast.
FAST_GROUPS: Final = 200

_FOLDER: Final = Path(__file__).parent
_INDENT: Final = "  "


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an example, and whether it belongs to the offending value."""

    text: str
    offends: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """The counts of events by place and event type; the numbers of places and types that are not shown."""

    types: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Row | None, ...]], ...]
    further_types: int
    further_places: int


def as_document(report: Report, outcome: Outcome) -> str:
    """Write a report as an HTML page that allows only its own style and script."""
    lines, sections = remaining(report), rule_sections(report)
    page: str = _template().render(
        outcome=outcome,
        counted_requests=count_requests(report),
        numbers=_numbers(report),
        matrix=make_matrix(report.rows),
        sections=list(zip(sections, accumulate((len(one.groups) for one in sections), initial=0), strict=False)),
        fast=FAST_GROUPS,
        late=max(0, len(report.findings) - FAST_GROUPS),
        lines=lines[:MAX_LINES],
        further_lines=max(0, len(lines) - MAX_LINES),
        agent=TESTED_VERSION,
        policy=content_security_policy(),
        style=Markup(_read("page.css")),  # noqa: S704 - our own file
        script=Markup(_read("page.js")),  # noqa: S704 - our own file
    )
    return page


def content_security_policy() -> str:
    """Return the policy of the page: no request at all, and only the page's own style and script."""
    style, script = source_of(_read("page.css")), source_of(_read("page.js"))
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none';"
        " form-action 'none'"
    )


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


@cache
def _template() -> Template:
    filters: dict[str, Callable[..., Any]] = {
        "counted": counted,
        "example_lines": example_lines,
        "in_script": _in_script,
        "message_of": message_of,
        "subject_of": subject_of,
        "first_places": lambda group: group.findings[:PLACES],
    }
    return load_template(_FOLDER / TEMPLATE, _printable, filters)


def _in_script(markup: Markup) -> Markup:
    """Return markup as a JSON string that does not end the script element around it."""
    text = json.dumps(str(markup), ensure_ascii=False).replace("</", "<\\/").replace("<!--", "\\u003c!--")
    return Markup(text)  # noqa: S704 - values of senders were escaped in the markup


def _printable(value: Any) -> Any:
    """Escape characters that cannot be printed, in every text of a report."""
    return visible(value, len(value) + 1) if type(value) is str else value


def _numbers(report: Report) -> list[tuple[str, int]]:
    return [
        ("requests", report.requests),
        ("events", sum(row.received for row in report.rows)),
        ("errors", report.count("error")),
        ("warnings", report.count("warning")),
        ("notes", report.count("note")),
        ("lost", report.lost),
        ("not received", sum(report.not_received.values())),
        ("unreadable", report.unreadable_count),
    ]


def make_matrix(rows: Sequence[Row]) -> Matrix:
    """Arrange rows as a matrix: places are its rows and event types its columns."""
    types = tuple(dict.fromkeys(row.type for row in rows))
    places = tuple(dict.fromkeys(row.place for row in rows))
    cells = {(row.place, row.type): row for row in rows}
    shown = types[:MAX_EVENT_TYPES]
    return Matrix(
        shown,
        tuple((place, tuple(cells.get((place, name)) for name in shown)) for place in places[:MAX_PLACES]),
        len(types) - len(shown),
        max(0, len(places) - MAX_PLACES),
    )


def example_lines(group: FindingGroup) -> list[Line]:
    """Return the example of a group as indented JSON; the lines of the offending value are marked."""
    if not group.example:
        return []
    path: list[str] | None = list(from_pointer(group.first.pointer))
    return list(_write(json.loads(group.example), path or None, "", "", offends=False))


def _write(value: Any, path: list[str] | None, start: str, end: str, *, offends: bool) -> Iterator[Line]:
    """Yield the lines of a JSON value; `path` leads to the offending value, None if that is not in this value."""
    offends = offends or path == []
    indent = start[: len(start) - len(start.lstrip(" "))]
    if not value or not isinstance(value, dict | list):
        yield Line(f"{start}{json.dumps(value, ensure_ascii=False)}{end}", offends)
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    yield Line(f"{start}{opening}", offends)
    for place, (key, item) in enumerate(pairs):
        name = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(value, dict) else ""
        below = path[1:] if path and path[0] == str(key) else None
        comma = "," if place < len(pairs) - 1 else ""
        yield from _write(item, below, f"{indent}{_INDENT}{name}", comma, offends=offends)
    yield Line(f"{indent}{closing}{end}", offends)
