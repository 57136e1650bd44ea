"""The bounds of one run of a pipeline."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one run; a run that exceeds one ends with an error.

    Pendo's own bounds are 5 minutes and 4 GB (documented). `rows` counts the rows that sources and operators such as
    unwind and fork produce. `memory` is an estimate in bytes of all rows that a run holds at the same time. `seconds`
    needs a clock. `steps` counts all steps of a request, `depth` how deep pipelines are nested in each other. `nodes`
    bounds the values inside one row, because an expression can double a list.
    """

    rows: int = 5_000_000
    memory: int = 2 * 1024 * 1024 * 1024
    seconds: float = 30.0
    steps: int = 500
    depth: int = 16
    nodes: int = 100_000
