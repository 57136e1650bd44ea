"""Runs a request on the caller's rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from pendo_emulator.engage.pipeline.errors import PipelineError
from pendo_emulator.engage.pipeline.limits import Limits
from pendo_emulator.engage.pipeline.meter import Meter
from pendo_emulator.engage.pipeline.sources.source import Source
from pendo_emulator.engage.pipeline.sources.source_names import TIMED
from pendo_emulator.engage.pipeline.values import hash_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_emulator.engage.pipeline.reading import Request
    from pendo_emulator.engage.pipeline.row import Row, Rows
    from pendo_emulator.engage.pipeline.step import Pipeline, PlacedStep

OpenSource: TypeAlias = "Callable[[Source], Rows]"
Observe: TypeAlias = "Callable[[PlacedStep, list[Row]], None]"


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a run, and notes on data that were missing.

    `start_time` is the beginning of the pipeline's time range in Unix milliseconds, if it has one.
    """

    rows: list[Row]
    start_time: int | None = None
    notes: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the answer: `results`, and `startTime` if the pipeline has a timeSeries (observed)."""
        start = {} if self.start_time is None else {"startTime": self.start_time}
        return {**start, "results": self.rows}


def run_request(
    request: Request,
    sources: Mapping[str, OpenSource],
    *,
    limits: Limits | None = None,
    clock: Callable[[], float] | None = None,
    observe: Observe | None = None,
) -> Result:
    """Run a request; `sources` has a function for each source that returns its rows, which are not changed.

    The function gets the source with its parameters and its time range, and it is the function that applies them.
    `clock` returns seconds; without it the time is not bounded. `observe` is called with the rows after each step; the
    run is then not streamed. Raises PipelineError if the run exceeds a limit or a source has no rows.
    """
    execution = _Execution(sources, Meter(limits or Limits(), clock), observe)
    place = request.pipeline[-1].pointer
    try:
        with execution.meter.held(execution.run_pipeline(request.pipeline), place) as rows:
            start_time = request.time_range.start if request.time_range else None
            return Result(rows, start_time, tuple(execution.notes))
    except RecursionError as error:
        # Each step is an iterator over that of the step before it; keys of nested values need a call for each level.
        message = "the pipeline has too many steps in a row, or a value is nested too deeply"
        raise PipelineError(message, place, kind="limit") from error


@dataclass
class _Execution:
    """One run."""

    sources: Mapping[str, OpenSource]
    meter: Meter
    observe: Observe | None = None
    notes: dict[str, None] = field(default_factory=dict)
    found: dict[tuple[str, str], dict[Any, Row]] = field(default_factory=dict)

    def run_pipeline(self, pipeline: Pipeline, rows: Rows = ()) -> Rows:
        """Return the rows of a pipeline, or of a branch that begins with `rows`."""
        for placed in pipeline:
            rows = placed.step.run(rows, self)
            if self.observe:
                with self.meter.held(rows, placed.pointer) as rows:
                    self.observe(placed, [dict(row) for row in rows])
        return rows

    def source_rows(self, source: Source, *, needed: bool) -> Rows:
        """Return the rows of a source; without rows, raise PipelineError if they are needed, else note it."""
        open_source = self.sources.get(source.name)
        if open_source is None:
            if needed:
                raise PipelineError(f"the source {source.name} has no rows", source.pointer, kind="no rows")
            self.notes[f"the source {source.name} has no rows, so look-ups in it give null"] = None
            return ()
        if needed and source.name in TIMED and source.time_range is None:
            self.notes[f"the source {source.name} has no timeSeries, so its rows are of all time"] = None
        return self.meter.produce(open_source(source), source.pointer)

    def lookup(self, source: str, id_field: str) -> Callable[[Any], Row | None]:
        """Return a function that finds a row of a source by its id; `id` is another name of the field."""
        rows = self.found.get((source, id_field))
        if rows is None:
            rows = {}
            for row in self.source_rows(Source(source, ""), needed=False):
                rows[hash_key(row.get(id_field, row.get("id")))] = row
                if len(rows) % 1024 == 1:
                    self.meter.check_memory(len(rows) * 1024, "")
            self.found[source, id_field] = rows
        return lambda value: None if value is None else rows.get(hash_key(value))
