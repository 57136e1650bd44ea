"""Runs the examples of the documentation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions import ExpressionContext
from pendo_emulator.engage.pipeline.expressions.functions.dates import EXAMPLE_TIME
from pendo_emulator.engage.pipeline.reading import read_request
from pendo_emulator.engage.pipeline.running import run_request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendo_emulator.engage.pipeline.aggregators.aggregator import AggregatorExample
    from pendo_emulator.engage.pipeline.documentation.description import Example
    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.pipeline.sources.source import Source

# The source of the rows before the steps of an example; a step that is a source itself comes first.
EXAMPLE_SOURCE: Final = "events"
CONTEXT: Final = ExpressionContext(EXAMPLE_TIME)


def run_steps(step: Any, before: Sequence[Row], sources: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Return the rows after a step or a list of steps; raise PipelineError if a step is refused."""
    steps = list(step) if isinstance(step, (list, tuple)) else [step]
    if not {"source", "spawn"} & set(steps[0]):
        steps.insert(0, {"source": {EXAMPLE_SOURCE: None}})
    request = read_request({"request": {"pipeline": steps}}, CONTEXT)
    opened = {name: partial(_rows_of, rows) for name, rows in {EXAMPLE_SOURCE: before, **sources}.items()}
    return run_request(request, opened).rows


def _rows_of(rows: Sequence[Row], _source: Source) -> Sequence[Row]:
    return rows


def run_example(example: Example) -> list[Row]:
    """Return the rows after the steps of an example."""
    return run_steps(example.step, example.before, example.sources)


def run_aggregator_example(name: str, example: AggregatorExample) -> Any:
    """Return the value of an aggregator over the rows of an example."""
    return run_steps({"reduce": {"value": {name: example.argument}}}, example.rows, {})[0]["value"]
