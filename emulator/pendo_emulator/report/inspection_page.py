"""Inspections as one HTML page: no script, no other file, no request."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from pendo_contracts.common.safe_text import counted, cut, visible
from pendo_contracts.comparison.comparison import ABSENT
from pendo_contracts.report.formats.self_contained_page import load_template, source_of
from pendo_emulator.report.wording import (
    CERTAINTIES,
    clock,
    evidence_count,
    fact_rows,
    profile_fields,
    profile_title,
    since,
    summary,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jinja2 import Template

    from pendo_emulator.inspection.inspection import Inspection
    from pendo_emulator.report.recording_difference import RecordingDifference

MAX_STEPS: Final = 2_000
MAX_GROUPS: Final = 100
# Steps that are shown without opening a part of the page.
FIRST_STEPS: Final = 25

_FOLDER: Final = Path(__file__).parent
_MAX_TEXT: Final = 4_000


def inspections_as_html(inspections: Sequence[Inspection], differences: Sequence[RecordingDifference] = ()) -> str:
    """Return a page of one or more inspections, and of what differs between them.

    The page's policy forbids scripts and requests. Every value is escaped, and characters that cannot be printed are
    written as escapes.
    """
    page: str = _template().render(
        inspections=inspections,
        differences=differences,
        title=inspections[0].causes[0].sentence if len(inspections) == 1 else f"{len(inspections):,} recordings",
        policy=content_security_policy(),
        style=Markup(_read("inspection.css")),  # noqa: S704 - our own file
        certainties=CERTAINTIES,
        max_steps=MAX_STEPS,
        first_steps=FIRST_STEPS,
        max_groups=MAX_GROUPS,
    )
    return page


def content_security_policy() -> str:
    """Return the policy of the page: no script, no request, and only the page's own style."""
    style = source_of(_read("inspection.css"))
    return f"default-src 'none'; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


@cache
def _template() -> Template:
    filters: dict[str, Callable[..., Any]] = {
        "clock": clock,
        "counted": counted,
        "evidence_count": evidence_count,
        "fact_rows": lambda facts: list(fact_rows(facts)),
        "profile_fields": profile_fields,
        "profile_title": profile_title,
        "since": since,
        "summary": summary,
        "value_text": lambda value: "absent" if value is ABSENT else value_text(value),
    }
    return load_template(_FOLDER / "inspection.html.jinja", _printable, filters)


def _printable(value: Any) -> Any:
    """Escape characters that cannot be printed, in every text."""
    return visible(cut(value, _MAX_TEXT), _MAX_TEXT) if type(value) is str else value
