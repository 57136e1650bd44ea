"""Pendo's aggregation pipelines: reads a request into steps and runs them on the caller's rows.

A pure library: the caller gives the rows of the sources, the time of now and the time zone.
"""

from pendo_emulator.engage.pipeline.errors import PipelineError
from pendo_emulator.engage.pipeline.expressions import ExpressionContext
from pendo_emulator.engage.pipeline.limits import Limits
from pendo_emulator.engage.pipeline.reading import Request, read_request
from pendo_emulator.engage.pipeline.running import Result, run_request
from pendo_emulator.engage.pipeline.sources.source import Source
from pendo_emulator.engage.pipeline.sources.time_range import TimeRange

__all__ = [
    "ExpressionContext",
    "Limits",
    "PipelineError",
    "Request",
    "Result",
    "Source",
    "TimeRange",
    "read_request",
    "run_request",
]
