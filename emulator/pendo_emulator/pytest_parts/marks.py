"""The marks of the plugin: the fixtures that they need, and the checks of their arguments."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FAULT: Final = "pendo_fault"
REGION: Final = "pendo_region"
PLAN: Final = "pendo_plan"
ALLOW: Final = "pendo_allow"

# For each mark the fixture without which it has no effect.
FIXTURES: Final = {FAULT: "pendo", REGION: "pendo_region", PLAN: "pendo", ALLOW: "pendo"}


def explain_idle_marks(collector: pytest.Collector, nodes: Iterable[pytest.Item | pytest.Collector]) -> str:
    """Return a line for each mark that has no effect on some of a collector's tests."""
    idle: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for found in _list_idle_marks(collector, nodes):
        idle[found.mark, found.fixture].append(found.test)
    return "\n".join(
        f"{collector.nodeid}: the mark {mark} on {', '.join(names)} has no effect, because the test does not use"
        f" the fixture {fixture}: add it to the test's arguments or remove the mark"
        for (mark, fixture), names in idle.items()
    )


class IdleMark(NamedTuple):
    """A mark without effect, the fixture that it needs, and the name of the test."""

    mark: str
    fixture: str
    test: str


def _list_idle_marks(
    collector: pytest.Collector, nodes: Iterable[pytest.Item | pytest.Collector]
) -> Iterator[IdleMark]:
    inherited = {mark.name for node in collector.listchain() for mark in node.own_markers} & FIXTURES.keys()
    for node in nodes:
        if not (inherited or node.own_markers) or not isinstance(node, pytest.Item):
            continue
        for name in inherited | {mark.name for mark in node.own_markers if mark.name in FIXTURES}:
            if (fixture := FIXTURES[name]) not in getattr(node, "fixturenames", ()):
                yield IdleMark(name, fixture, node.name)


def read_regions(marker: pytest.Mark, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the regions of a mark pendo_region; raise UsageError if they are not regions."""
    wrong = [name for name in marker.args if name not in known]
    if wrong or marker.kwargs or not marker.args:
        problem = f"{wrong[0]!r} is not a region" if wrong else "its arguments are not names of regions"
        raise pytest.UsageError(f"the mark {REGION} is wrong: {problem}; the regions are {', '.join(known)}")
    return tuple(dict.fromkeys(marker.args))


def read_plan_path(marker: pytest.Mark) -> str:
    """Return the path of a mark pendo_plan; raise UsageError for other arguments."""
    if len(marker.args) != 1 or marker.kwargs or not str(marker.args[0]):
        raise pytest.UsageError(f"the mark {PLAN} takes one argument, the path of a plan: {PLAN}('plan.json')")
    return str(marker.args[0])


def read_allowed_rule(marker: pytest.Mark) -> str:
    """Return the rule of a mark pendo_allow; raise UsageError without a rule or a reason."""
    arguments: dict[str, Any] = dict(zip(("rule", "reason"), marker.args, strict=False)) | dict(marker.kwargs)
    rule, reason = arguments.get("rule"), arguments.get("reason")
    texts = all(isinstance(text, str) and text.strip() for text in (rule, reason))
    if not texts or len(marker.args) > 2 or set(arguments) != {"rule", "reason"}:
        raise pytest.UsageError(
            f"the mark {ALLOW} takes a rule and a reason: {ALLOW}('id-twins', reason='the test sends both on purpose')"
        )
    return str(rule)
