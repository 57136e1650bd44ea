"""The pages on operators, aggregators and sources, as Markdown."""

from __future__ import annotations

import json
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.aggregators.table import AGGREGATORS
from pendo_emulator.engage.pipeline.aggregators.table import NOT_IMITATED as AGGREGATORS_NOT_IMITATED
from pendo_emulator.engage.pipeline.documentation.example_runs import run_steps
from pendo_emulator.engage.pipeline.documentation.expression_pages import GENERATED
from pendo_emulator.engage.pipeline.documentation.source_page import SOURCES_PAGE
from pendo_emulator.engage.pipeline.errors import PipelineError
from pendo_emulator.engage.pipeline.operators.table import FAMILIES, NOT_IMITATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pendo_emulator.engage.pipeline.aggregators.aggregator import Aggregator
    from pendo_emulator.engage.pipeline.documentation.description import Example, Operator, Refusal
    from pendo_emulator.engage.pipeline.row import Row

_WIDTH: Final = 120
_INTRODUCTION: Final = """\
A pipeline is a list of steps. Each step is an object with one key, the name of its operator (documented). The first
step is a [source](sources.md) or `spawn`. A step gets the rows of the step before it and passes rows on; the rows after
the last step are the results. Fields are named by paths such as `metadata.auto.lastupdated`; reading through a missing
object gives null (documented). [Expressions](expressions.md) compute values.

| operator | what it does |
|---|---|
"""
_REFUSED: Final = (
    "An unknown operator is answered with status 400; the error names the operator and the nearest known one. These are"
    " not imitated, because their answers are not known: {names}."
)
_AGGREGATORS: Final = """\
Aggregators compute one value over the rows of a group, in [group](operator-group.md) and
[reduce](operator-reduce.md). Their arguments are [expressions](expressions.md).
"""


def operator_pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    operators = [operator for family in FAMILIES.values() for operator in family]
    return {
        "operators.md": _page("Operators", _index()),
        "aggregators.md": _page("Aggregators", _aggregators()),
        "sources.md": _page("Sources", SOURCES_PAGE),
        **{f"operator-{operator.name}.md": _page(operator.name, _operator(operator)) for operator in operators},
    }


def _page(title: str, text: str) -> str:
    return f"{GENERATED}\n# {title}\n\n{text.strip()}\n"


def _index() -> str:
    lines = [
        f"| [{operator.name}](operator-{operator.name}.md) | {_first_sentence(operator.description.meaning)} |\n"
        for family in FAMILIES.values()
        for operator in family
    ]
    return _INTRODUCTION + "".join(lines) + "\n" + _paragraph(_REFUSED.format(names=_names(NOT_IMITATED)))


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].removesuffix(".").partition(":")[0] + "."


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _operator(operator: Operator) -> str:
    about = operator.description
    parts = [_block([about.syntax], "text"), _paragraph(about.meaning), _known(about.evidence), "## Examples\n"]
    parts += [_example(example) for example in about.examples]
    return "\n".join(parts) + _refusals(about.refused)


def _known(evidence: str) -> str:
    return _paragraph(f"How it is known: {evidence[:1].lower()}{evidence[1:]}")


def _paragraph(text: str) -> str:
    return fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"


def _example(example: Example) -> str:
    steps = example.step if isinstance(example.step, (list, tuple)) else [example.step]
    parts = [_block(map(_json, steps), "json")]
    parts += [f"Rows of `{name}`:\n\n{_rows(rows)}" for name, rows in example.sources.items()]
    if example.before:
        parts.append(f"Rows before:\n\n{_rows(example.before)}")
    return "\n".join([*parts, f"Rows after:\n\n{_rows(example.after)}"])


def _rows(rows: Sequence[Row]) -> str:
    return _block(map(_json, rows), "json")


def _block(lines: Iterable[str], language: str) -> str:
    return f"```{language}\n" + "".join(f"{line}\n" for line in lines) + "```\n"


def _refusals(refusals: Sequence[Refusal]) -> str:
    rows = "".join(_table_row(_json(one.step), refusal_message(one.step)) for one in refusals)
    return f"\n## Refused\n\n| step | error |\n|---|---|\n{rows}" if rows else ""


def refusal_message(step: Mapping[str, Any]) -> str:
    """Return the error of a step that is refused; raise AssertionError if it is not."""
    try:
        run_steps(step, [], {})
    except PipelineError as error:
        return f"{'' if error.column is None else f'column {error.column}: '}{error.message}"
    raise AssertionError(f"{step} is not refused")


def _table_row(*cells: str) -> str:
    return "| " + " | ".join(f"`{cell}`".replace("|", "\\|") for cell in cells) + " |\n"


def _aggregators() -> str:
    names = _names(AGGREGATORS_NOT_IMITATED)
    sections = [_aggregator(aggregator) for aggregator in AGGREGATORS.values()]
    refused = _paragraph(f"These are not imitated, because their results are not known: {names}.")
    return "\n".join([_AGGREGATORS, *sections, "## Not imitated\n", refused])


def _aggregator(aggregator: Aggregator) -> str:
    meaning = f"{aggregator.meaning} Over no rows it is `{_json(aggregator.over_no_rows)}` (assumed)."
    kept = "".join(
        _table_row(_json({aggregator.name: one.argument}), ", ".join(map(_json, one.rows)), _json(one.result))
        for one in aggregator.examples
    )
    refused = "".join(
        _table_row(
            _json({aggregator.name: argument}), refusal_message({"reduce": {"value": {aggregator.name: argument}}})
        )
        for argument in aggregator.refused
    )
    return (
        f"## {aggregator.name}\n\n{_block([aggregator.syntax], 'text')}\n{_paragraph(meaning)}\n"
        f"{_known(aggregator.evidence)}\n"
        f"| aggregator | rows | value |\n|---|---|---|\n{kept}\n| refused | error |\n|---|---|\n{refused}"
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
