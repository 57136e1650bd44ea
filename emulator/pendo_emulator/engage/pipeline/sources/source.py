"""A source of rows, as a pipeline names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.engage.pipeline.sources.time_range import TimeRange


@dataclass(frozen=True, slots=True)
class Source:
    """A source: its name, its parameters, and the time range of its timeSeries.

    `parameters` are as in the document, except that `since` is the value of its expression. `app_ids` are the
    applications that `appId` selects, or None if it is missing or selects all. `time_range` is None for all time.
    """

    name: str
    pointer: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    app_ids: frozenset[int] | None = None
    time_range: TimeRange | None = None
