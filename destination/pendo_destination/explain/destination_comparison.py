"""Compares the agent calls that one event causes through two destinations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pendo_destination.destinations.delivery_outcome import try_step
from pendo_destination.javascript.difference import MISSING, differences
from pendo_destination.runtime.recording_pendo import RecordingPendo
from pendo_destination.runtime.stored_identity import StoredIdentity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_destination.destinations.delivery_outcome import PagePlugin
    from pendo_destination.runtime.definition import Event
    from pendo_destination.runtime.recording_pendo import Call

NumberedMethod = tuple[str, int]


@dataclass(frozen=True, slots=True)
class AgentCalls:
    """The scripts that a destination loads on a visitor's page, its calls at start-up, and its calls for the event.

    `problem` is the reason why the destination did not start or did not deliver the event.
    """

    scripts: tuple[str, ...]
    on_start: tuple[Call, ...]
    on_event: tuple[Call, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CallDifference:
    """One difference between two sequences of calls.

    - `argument`: an argument differs at `path`, a JSON Pointer into the arguments. `first` and `second` are the values,
      or MISSING.
    - `call`: only one side makes the call. `first` and `second` are its arguments and MISSING, or the reverse.
    - `order`: both make the call, at different positions. `first` and `second` are the positions, from 1, among the
      calls that both sides make.
    """

    kind: Literal["argument", "call", "order"]
    method: str
    path: str
    first: Any
    second: Any


def observe(create: PagePlugin, event: Event) -> AgentCalls:
    """Deliver an event, the first on its page, to a destination and return the agent calls."""
    recorder, analytics = RecordingPendo(), StoredIdentity()
    destination = create(recorder.connect)
    analytics.restore_before(event)
    start = try_step(destination.load, analytics)
    on_start = tuple(recorder.take())
    analytics.update(event)
    outcome = start if start.failure else try_step(destination.deliver, event)
    return AgentCalls(tuple(recorder.scripts), on_start, tuple(recorder.take()), str(outcome.failure or ""))


def compare(first: Iterable[Call], second: Iterable[Call]) -> Iterator[CallDifference]:
    """Yield the differences; the n-th call of a method is compared with the n-th call of that method."""
    ours, theirs = _numbered(first), _numbered(second)
    for key in {**ours, **theirs}:
        if key in ours and key in theirs:
            for difference in differences(ours[key], theirs[key]):
                yield CallDifference("argument", key[0], difference.path, difference.expected, difference.got)
        else:
            yield CallDifference("call", key[0], "", ours.get(key, MISSING), theirs.get(key, MISSING))
    yield from _reordered([key for key in ours if key in theirs], [key for key in theirs if key in ours])


def _numbered(calls: Iterable[Call]) -> dict[NumberedMethod, list[Any]]:
    """Return the arguments by method and number of earlier calls of that method, in order."""
    counts: Counter[str] = Counter()
    numbered = {}
    for method, args in calls:
        numbered[method, counts[method]] = args
        counts[method] += 1
    return numbered


def _reordered(ours: list[NumberedMethod], theirs: list[NumberedMethod]) -> Iterator[CallDifference]:
    for position, key in enumerate(ours, 1):
        other_position = theirs.index(key) + 1
        if other_position != position:
            yield CallDifference("order", key[0], "", position, other_position)
