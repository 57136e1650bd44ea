"""Prints the answer of a query as JSON, as lines of JSON, or as a table."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.commands.console import echo_json, terminal_width, use_color
from pendo_contracts.common.safe_text import counted, cut, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendo_emulator.engage.pipeline import Result
    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.pipeline.step import PlacedStep

MAX_EXPLAINED_ROWS: Final = 20
MAX_CELL: Final = 60
MAX_COLUMNS: Final = 40
# Objects inside of a row up to this depth have a column for each value.
MAX_DEPTH: Final = 3


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """A step, the number of rows after it, and the first of them."""

    name: str
    pointer: str
    count: int
    rows: Sequence[Row]


@dataclass
class Explanation:
    """The steps of a run, in the order in which they ended."""

    steps: list[ExplainedStep] = field(default_factory=list)

    def observe(self, placed: PlacedStep, rows: list[Row]) -> None:
        """Add the rows after a step."""
        self.steps.append(ExplainedStep(placed.name, placed.pointer, len(rows), rows[:MAX_EXPLAINED_ROWS]))


def print_json(result: Result, explanation: Explanation | None) -> None:
    """Print the answer of the API, one row on each line; with an explanation also `steps`."""
    document = result.document()
    results = document.pop("results")
    members = [f"{_json(name)}: {_json(value)}" for name, value in document.items()]
    if explanation:
        members.append(f'"steps": {_list(map(_step_document, explanation.steps))}')
    members.append(f'"results": {_list(results)}')
    echo_json("{" + ", ".join(members) + "}")


def print_ndjson(result: Result, explanation: Explanation | None) -> None:
    """Print one row on each line; with an explanation one step on each line before them."""
    for step in explanation.steps if explanation else ():
        echo_json(_json(_step_document(step)))
    for row in result.rows:
        echo_json(_json(row))


def print_table(result: Result, explanation: Explanation | None) -> None:
    """Print a table of the rows; with an explanation a table for each step before it."""
    for step in explanation.steps if explanation else ():
        shown = "" if step.count <= len(step.rows) else f", the first {len(step.rows)}"
        _print_text(f"{step.pointer} {step.name}: {counted(step.count, 'row')}{shown}")
        _print_rows(step.rows)
    if explanation:
        _print_text(f"results: {counted(len(result.rows), 'row')}")
    _print_rows(result.rows)


PRINTERS: Final = {"json": print_json, "ndjson": print_ndjson, "table": print_table}


def _print_rows(rows: Sequence[Row]) -> None:
    from pendo_contracts.terminal.text_table import Cell, Column, TextTable  # noqa: PLC0415 - only tables need it

    rows = [_flat(row) for row in rows]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if not columns:
        return
    shown = columns[:MAX_COLUMNS]
    table = TextTable(color=use_color(sys.stdout), width=terminal_width(sys.stdout))
    cells = [[Cell(_cell(row.get(name))) for name in shown] for row in rows]
    lines = table.lines([Column(visible(name)) for name in shown], cells)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    if len(columns) > MAX_COLUMNS:
        _print_text(f"{len(columns) - MAX_COLUMNS} more columns are not shown; use --format json")


def _flat(row: Row, prefix: str = "", depth: int = 0) -> Row:
    """Return a row with a column for each value inside of its objects: `metadata.auto.id`."""
    found: Row = {}
    for name, value in row.items():
        if isinstance(value, dict) and value and depth < MAX_DEPTH:
            found |= _flat(value, f"{prefix}{name}.", depth + 1)
        else:
            found[prefix + name] = value
    return found


def _print_text(text: str) -> None:
    sys.stdout.write(f"{visible(text)}\n")


def _cell(value: Any) -> str:
    return cut(visible(value if isinstance(value, str) else _json(value)), MAX_CELL)


def _step_document(step: ExplainedStep) -> dict[str, Any]:
    return {"step": step.name, "pointer": step.pointer, "count": step.count, "rows": list(step.rows)}


def _list(items: Any) -> str:
    lines = ",\n  ".join(map(_json, items))
    return f"[\n  {lines}\n]" if lines else "[]"


def _json(value: Any) -> str:
    """Return a value as JSON; characters that a terminal could act on are escapes."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
