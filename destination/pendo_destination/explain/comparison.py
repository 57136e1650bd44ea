"""Comparison: the calls of the agent that one event causes through two destinations, and where they differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pendo_destination.destinations.delivery import try_step
from pendo_destination.explain.recorder import Spy
from pendo_destination.javascript.difference import MISSING, differences
from pendo_destination.runtime.analytics import Analytics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_destination.destinations.delivery import Install
    from pendo_destination.explain.recorder import Call
    from pendo_destination.runtime.instance import Event

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Conduct:
    """What a destination does on a visitor's page: the scripts it loads, the calls it starts with, those for an event.

    `problem` says what kept it from starting or from acting.
    """

    scripts: tuple[str, ...]
    start: tuple[Call, ...]
    then: tuple[Call, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One difference between two sequences of calls.

    Of an `argument` at `path`, a JSON Pointer into the arguments, `first` and `second` are the values, MISSING where
    there is none. Of a `call` that only one makes they are its arguments and MISSING. Of calls in another `order` they
    are the positions, from 1, among the calls that both make.
    """

    kind: Literal["argument", "call", "order"]
    method: str
    path: str
    first: Any
    second: Any


def watch(install: Install, event: Event) -> Conduct:
    """Let a destination act on an event, the first on a page."""
    spy, analytics = Spy(), Analytics()
    destination = install(spy.connect)
    analytics.expect(event)
    start = try_step(destination.load, analytics)
    started = tuple(spy.take())
    analytics.observe(event)
    outcome = start if start.failure else try_step(destination.deliver, event)
    return Conduct(tuple(spy.scripts), started, tuple(spy.take()), str(outcome.failure or ""))


def compare(first: Iterable[Call], second: Iterable[Call]) -> Iterator[Contrast]:
    """List the differences; a method's first call is held against its first call, its second against its second."""
    ours, theirs = _numbered(first), _numbered(second)
    for key in {**ours, **theirs}:
        if key in ours and key in theirs:
            for found in differences(ours[key], theirs[key]):
                yield Contrast("argument", key[0], found.path, found.expected, found.got)
        else:
            yield Contrast("call", key[0], "", ours.get(key, MISSING), theirs.get(key, MISSING))
    yield from _moves([key for key in ours if key in theirs], [key for key in theirs if key in ours])


def _numbered(calls: Iterable[Call]) -> dict[Key, list[Any]]:
    """Key calls by method and how often it was called before, in order."""
    made: Counter[str] = Counter()
    numbered = {}
    for method, args in calls:
        numbered[method, made[method]] = args
        made[method] += 1
    return numbered


def _moves(ours: list[Key], theirs: list[Key]) -> Iterator[Contrast]:
    for position, key in enumerate(ours, 1):
        other = theirs.index(key) + 1
        if other != position:
            yield Contrast("order", key[0], "", position, other)
