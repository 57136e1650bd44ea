"""The table of all aggregators; a new one is one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.engage.pipeline.aggregators import choices, counts, numbers
from pendo_emulator.engage.pipeline.document import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.engage.pipeline.aggregators.aggregator import Aggregator
    from pendo_emulator.engage.pipeline.document import Part

AGGREGATORS: Final[Mapping[str, Aggregator]] = {
    aggregator.name: aggregator for aggregator in (*counts.AGGREGATORS, *numbers.AGGREGATORS, *choices.AGGREGATORS)
}
# Third parties name these; their arguments and results are not known.
NOT_IMITATED: Final = frozenset(
    {"daysActive", "daysActiveList", "listAverage", "minutesActive", "minutesActiveList", "percentiles", "sequence"}
)


def find_aggregator(name: str, part: Part) -> Aggregator:
    """Return the aggregator with this name; raise PipelineError if none has it."""
    if name in NOT_IMITATED:
        raise part.error(f"the aggregator {name!r} is not imitated: its result is not known", kind="not imitated")
    if name not in AGGREGATORS:
        raise part.error(f"unknown aggregator {name!r}{suggestion(name, AGGREGATORS)}")
    return AGGREGATORS[name]
