"""The page that says how each part of the aggregation language is known, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.engage.pipeline.aggregators.table import AGGREGATORS
from pendo_emulator.engage.pipeline.aggregators.table import NOT_IMITATED as AGGREGATORS_NOT_IMITATED
from pendo_emulator.engage.pipeline.documentation.expression_pages import GENERATED, family_page
from pendo_emulator.engage.pipeline.expressions.functions.catalog import FAMILIES
from pendo_emulator.engage.pipeline.expressions.syntax import TOPICS
from pendo_emulator.engage.pipeline.operators.table import NOT_IMITATED, OPERATORS
from pendo_emulator.engage.pipeline.sources.source_names import NOT_IMITATED as SOURCES_NOT_IMITATED

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE: Final = "fidelity.md"
_INTRODUCTION: Final = """\
How each part of the Engage API is known: *documented* by Pendo, *observed* in published clients or recorded answers, or
*assumed*. The tables of [endpoints](endpoints.md), [sources](sources.md) and [rows](rows.md) say it for requests,
parameters, errors, settings, and for the rules by which rows are derived. The choices for what nobody knows are in
[rows](rows.md#unknowns).
"""


def fidelity_pages() -> dict[str, str]:
    """Return the text of the page by its file name."""
    functions = [
        (f"[{one.name}]({family_page(family)}#{one.name.lower()})", one.known)
        for family, entries in FAMILIES.items()
        for one in entries
    ]
    missing = sorted(NOT_IMITATED | AGGREGATORS_NOT_IMITATED | SOURCES_NOT_IMITATED)
    parts = [
        f"{GENERATED}\n# Fidelity of the Engage API\n", _INTRODUCTION,
        _table("Operators", ((f"[{name}](operator-{name}.md)", one.description.evidence)
                             for name, one in OPERATORS.items())),
        _table("Aggregators", ((f"[{name}](aggregators.md#{name.lower()})", one.evidence)
                               for name, one in AGGREGATORS.items())),
        _table("Functions", functions),
        _table("Syntax of expressions", ((f"[{one.name}](expressions.md#{_slug(one.name)})", one.known)
                                         for one in TOPICS)),
        "## Not imitated\n",
        "These operators, aggregators and sources are answered with 400, because their answers are not known:",
        ", ".join(f"`{name}`" for name in missing) + ".\n",
    ]  # fmt: skip
    return {PAGE: "\n".join(parts)}


def _table(title: str, entries: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {name} | {_cell(known)} |" for name, known in entries]
    return "\n".join([f"## {title}\n", "| name | how it is known |", "|---|---|", *lines, ""])


def _cell(text: str) -> str:
    shown = text.strip().rstrip(".").replace("|", "\\|")
    return shown[:1].lower() + shown[1:]


def _slug(title: str) -> str:
    return "".join(letter for letter in title.lower().replace(" ", "-") if letter.isalnum() or letter == "-")
