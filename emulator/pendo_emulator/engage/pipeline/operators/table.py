"""The table of all operators; a new one is one entry in the file of its family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.engage.pipeline.document import suggestion
from pendo_emulator.engage.pipeline.operators import (
    assigning,
    branching,
    classifying,
    filtering,
    grouping,
    lookups,
    matching,
    membership,
    ordering,
    unfolding,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.documentation.description import Operator

FAMILIES: Final[Mapping[str, tuple[Operator, ...]]] = {
    "Keep some of the rows": filtering.OPERATORS,
    "Compute fields": assigning.OPERATORS,
    "Aggregate": grouping.OPERATORS,
    "Order and cut": ordering.OPERATORS,
    "Take values apart": unfolding.OPERATORS,
    "Look up visitors, accounts and definitions": lookups.OPERATORS,
    "Look up uses and segments": membership.OPERATORS,
    "Put rows together": matching.OPERATORS,
    "Run several pipelines": branching.OPERATORS,
    "Classify": classifying.OPERATORS,
}
OPERATORS: Final[Mapping[str, Operator]] = {
    operator.name: operator for operators in FAMILIES.values() for operator in operators
}
SOURCE: Final = "source"
SPAWN: Final = "spawn"
# Sole steps of product engagement (documented; their answers are not known), and operators that third parties name.
ENGAGEMENT: Final = frozenset({"pes", "adoption", "growth", "stickiness"})
NOT_IMITATED: Final = ENGAGEMENT | {
    "expandList",
    "features",
    "funnel",
    "matchRules",
    "pages",
    "path",
    "retention",
    "sequence",
    "sessionReplays",
}


def find_operator(name: str, part: Part) -> Operator:
    """Return the operator with this name; raise PipelineError if none has it."""
    if name in NOT_IMITATED:
        raise part.error(f"the operator {name!r} is not imitated: its answer is not known", kind="not imitated")
    if name not in OPERATORS:
        raise part.error(f"unknown operator {name!r}{suggestion(name, [SOURCE, *OPERATORS])}")
    return OPERATORS[name]
