"""Reads the request document of Pendo's aggregation into frozen steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.document import Part
from pendo_emulator.engage.pipeline.limits import Limits
from pendo_emulator.engage.pipeline.operators.table import OPERATORS, SOURCE, SPAWN, find_operator
from pendo_emulator.engage.pipeline.sources.source_names import FIXED_FIELDS, GROUPED
from pendo_emulator.engage.pipeline.sources.source_step import SourceStep, read_source
from pendo_emulator.engage.pipeline.step import PlacedStep, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_emulator.engage.pipeline.expressions import ExpressionContext
    from pendo_emulator.engage.pipeline.sources.time_range import TimeRange
    from pendo_emulator.engage.pipeline.step import Pipeline

JSON: Final = "application/json"
CSV: Final = "text/csv"


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its pipeline, the format of the answer, and the names that a client may give it.

    `time_range` is that of the pipeline's own source, if it has a timeSeries.
    """

    pipeline: Pipeline
    mime_type: str = JSON
    name: str | None = None
    request_id: str | None = None
    time_range: TimeRange | None = None


def read_request(
    document: Any,
    context: ExpressionContext,
    *,
    limits: Limits | None = None,
    source_names: Iterable[str] = (),
) -> Request:
    """Read `{"response": ..., "request": {"pipeline": [...]}}`; unknown keys are ignored (observed).

    `source_names` are the names of the caller's sources, in addition to Pendo's. Raises PipelineError with the place in
    the document.
    """
    root = Part(document)
    root.entries("the document")
    _refuse_other_forms(root)
    request = root.member("request")
    pipeline_part = dict(request.entries("request")).get("pipeline")
    if pipeline_part is None:
        raise request.error("request needs a pipeline: a list of steps")
    reading = _Reader(limits or Limits()).reading(context, source_names)
    pipeline = reading.read_pipeline(pipeline_part, reading)
    return Request(
        pipeline,
        _read_mime_type(root.member("response")),
        _text_or_none(request.member("name").value),
        _text_or_none(request.member("requestId").value),
        _time_range(pipeline),
    )


def _refuse_other_forms(root: Part) -> None:
    if "request" in root.value:
        return
    if "requests" in root.value:
        raise root.member("requests").error("several requests in one document are not imitated", kind="not imitated")
    if "source" in root.value or "pipeline" in root.value:
        raise root.error('put the steps into {"request": {"pipeline": [...]}}')
    raise root.error("the document needs a request")


def _read_mime_type(part: Part) -> str:
    if part.value is None:
        return JSON
    part.entries("response")
    mime_type = part.member("mimeType").value
    if mime_type is not None and mime_type not in (JSON, CSV):
        raise part.member("mimeType").error(f"mimeType is {JSON} or {CSV}")
    return mime_type or JSON


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _time_range(pipeline: Pipeline) -> TimeRange | None:
    step = pipeline[0].step
    return step.source.time_range if isinstance(step, SourceStep) else None


class _Reader:
    """Reads pipelines and counts their steps."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._steps = 0

    def reading(self, context: ExpressionContext, source_names: Iterable[str]) -> Reading:
        """Return the state at the beginning of a document."""
        return Reading(context, self._limits, self._read_steps, self._read_pipeline, frozenset(source_names), depth=-1)

    def _read_pipeline(self, part: Part, reading: Reading) -> Pipeline:
        """Read a pipeline whose first step is its source or spawn."""
        inside = replace(reading, depth=reading.depth + 1, rows_are_private=False, fixed_fields=frozenset())
        items = part.items("a pipeline")
        if not items:
            raise part.error("a pipeline needs at least one step: its source")
        name, value = items[0].sole_entry("a step")
        self._count(items[0], inside)
        if name == SOURCE:
            first = PlacedStep(name, items[0].pointer, step := read_source(value, inside))
            if isinstance(step, SourceStep) and step.source.name in GROUPED:
                inside = replace(inside, fixed_fields=FIXED_FIELDS)
        elif name == SPAWN:
            first = PlacedStep(name, items[0].pointer, OPERATORS[SPAWN].read(value, inside))
        else:
            find_operator(name, value)
            raise items[0].error(f"the first step of a pipeline is source or spawn, not {name}")
        return (first, *self._read_items(items[1:], inside))

    def _read_steps(self, part: Part, reading: Reading) -> Pipeline:
        """Read the steps of a branch, which has no source of its own."""
        return tuple(self._read_items(part.items("a branch"), reading))

    def _read_items(self, items: list[Part], reading: Reading) -> Iterable[PlacedStep]:
        for item in items:
            name, value = item.sole_entry("a step")
            self._count(item, reading)
            if name in {SOURCE, SPAWN}:
                raise item.error(f"{name} is only the first step of a pipeline")
            operator = find_operator(name, value)
            yield PlacedStep(name, item.pointer, operator.read(value, reading))
            reading = reading.after(operator.effect)

    def _count(self, part: Part, reading: Reading) -> None:
        self._steps += 1
        if self._steps > self._limits.steps:
            raise part.error(f"the document has more than {self._limits.steps} steps", kind="limit")
        if reading.depth > self._limits.depth:
            raise part.error(f"pipelines are nested more than {self._limits.depth} deep", kind="limit")
