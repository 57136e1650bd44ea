"""Steps of a pipeline, and what a step needs to be read and run."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from pendo_emulator.engage.pipeline.document import type_name
from pendo_emulator.engage.pipeline.expressions import (
    ExpressionError,
    compile_expression,
    compile_filter,
    field_path,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.expressions import ExpressionContext
    from pendo_emulator.engage.pipeline.limits import Limits
    from pendo_emulator.engage.pipeline.meter import Meter
    from pendo_emulator.engage.pipeline.row import Evaluate, Row, RowFilter, Rows
    from pendo_emulator.engage.pipeline.sources.source import Source

# What a step does to the rows that it passes on: nothing, it changes them, or it makes new rows.
Effect: TypeAlias = Literal["same rows", "changed rows", "new rows"]


class Step(Protocol):
    """A step of a pipeline, read from the document."""

    def run(self, rows: Rows, execution: Execution) -> Rows:
        """Return the rows that the step makes from its input, if possible as an iterator."""
        ...


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """A step with its name and place in the document."""

    name: str
    pointer: str
    step: Step


Pipeline: TypeAlias = tuple[PlacedStep, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known where a step is read.

    `read_steps` reads the steps of a branch, `read_pipeline` a pipeline with its source. `source_names` are the names
    of the caller's sources. `depth` is how many pipelines are around this one. `rows_are_private` says whether a step
    may change its input rows: the rows of a source belong to the caller. `fixed_fields` are the fields of the rows that
    eval must not assign.
    """

    context: ExpressionContext
    limits: Limits
    read_steps: Callable[[Part, Reading], Pipeline]
    read_pipeline: Callable[[Part, Reading], Pipeline]
    source_names: frozenset[str]
    depth: int = 0
    rows_are_private: bool = False
    fixed_fields: frozenset[str] = frozenset()

    def after(self, effect: Effect) -> Reading:
        """Return the state behind a step with this effect."""
        match effect:
            case "same rows":
                return self
            case "changed rows":
                return self if self.rows_are_private else replace(self, rows_are_private=True)
            case "new rows":
                return replace(self, rows_are_private=True, fixed_fields=frozenset())

    def expression(self, part: Part, meaning: str) -> Evaluate:
        """Compile an expression; raise PipelineError with the column if it cannot be parsed."""
        with _place_of_errors(part):
            return compile_expression(_expression_text(part, meaning), self.context)

    def filter(self, part: Part) -> RowFilter:
        """Compile the expression of a filter; raise PipelineError with the column if it cannot be parsed."""
        with _place_of_errors(part):
            return compile_filter(_expression_text(part, "filter"), self.context)

    def field(self, part: Part, meaning: str) -> Evaluate:
        """Return the reader of a field path; raise PipelineError with the column if it is none."""
        with _place_of_errors(part):
            return field_path(part.text(meaning))


def _expression_text(part: Part, meaning: str) -> str:
    if not isinstance(part.value, str):
        raise part.error(f"{meaning} is an expression in a string, not {type_name(part.value)}")
    return part.value


@contextmanager
def _place_of_errors(part: Part) -> Iterator[None]:
    try:
        yield
    except ExpressionError as error:
        raise part.error(error.message, column=error.column, kind="expression") from error


class Execution(Protocol):
    """What a step needs while it runs."""

    meter: Meter

    def run_pipeline(self, pipeline: Pipeline, rows: Rows = ()) -> Rows:
        """Return the rows of a pipeline inside a step."""
        ...

    def source_rows(self, source: Source, *, needed: bool) -> Rows:
        """Return the rows of a source; without rows, raise PipelineError if they are needed."""
        ...

    def lookup(self, source: str, id_field: str) -> Callable[[Any], Row | None]:
        """Return a function that finds a row of a source by its id."""
        ...
