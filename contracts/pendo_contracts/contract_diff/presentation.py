"""Writes the comparison of contracts as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import cut

if TYPE_CHECKING:
    from pendo_contracts.contract_diff.difference import Comparison, Direction, Evidence

VERSION: Final = 1
_MAX_EVENT: Final = 2_000
_MAX_MESSAGE: Final = 300
_TITLES: Final[dict[Direction, str]] = {
    "breaking": "breaking: the old version accepts these events and the new version refuses them",
    "allowed": "newly allowed: the old version refuses these events and the new version accepts them",
}


def comparison_as_text(comparison: Comparison) -> str:
    """Return the comparison for a terminal; values of events are escaped and shortened."""
    lines: list[str] = []
    for direction, title in _TITLES.items():
        evidence = comparison.of_direction(direction)
        if evidence:
            lines += [title, *(line for one in evidence for line in _evidence_lines(one)), ""]
    for difference in comparison.differences:
        name = cut(difference.contract, _MAX_MESSAGE)
        if difference.left_off:
            lines.append(f"{name}: {difference.left_off:,} more differences are not shown")
        if difference.undecided:
            lines.append(f"{name}: the schemas differ in form, but no event was found that shows a difference")
        if difference.exhausted:
            lines.append(f"{name}: the search reached its limit, so there can be more differences (see --steps)")
    lines += [f"note: {note}" for note in comparison.notes]
    breaking, allowed = len(comparison.of_direction("breaking")), len(comparison.of_direction("allowed"))
    if breaking or allowed:
        lines.append(f"{comparison.compared:,} contracts compared: {breaking:,} breaking, {allowed:,} newly allowed")
    else:
        lines.append(f"{comparison.compared:,} contracts compared: no difference found")
    return "\n".join(lines) + "\n"


def _evidence_lines(one: Evidence) -> list[str]:
    event = cut(json.dumps(one.event, ensure_ascii=True), _MAX_EVENT)
    return [
        f"  {cut(one.contract, _MAX_MESSAGE)}: {cut(one.broken.constraint, _MAX_MESSAGE)}",
        f"    at {cut(one.broken.pointer, _MAX_MESSAGE) or 'the event'}: {cut(one.broken.message, _MAX_MESSAGE)}",
        f"    event ({cut(one.source, _MAX_MESSAGE)}): {event}",
    ]


def comparison_as_json(comparison: Comparison) -> str:
    """Return the comparison as a JSON document with the complete events."""

    def write(direction: Direction) -> list[dict[str, Any]]:
        return [
            {
                "contract": one.contract,
                "constraint": one.broken.constraint,
                "pointer": one.broken.pointer,
                "message": one.broken.message,
                "source": one.source,
                "event": one.event,
            }
            for one in comparison.of_direction(direction)
        ]

    document = {
        "version": VERSION,
        "compared": comparison.compared,
        "breaking": write("breaking"),
        "allowed": write("allowed"),
        "left_off": sum(one.left_off for one in comparison.differences),
        "no_difference_found": [one.contract for one in comparison.differences if one.undecided],
        "search_limit_reached": [one.contract for one in comparison.differences if one.exhausted],
        "notes": comparison.notes,
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
