"""Compiles a query to a predicate over the events of the timeline."""

from __future__ import annotations

import json
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pendo_emulator.events.query_language.query import EventQuery, FieldTerm, TextTerm
from pendo_emulator.events.query_language.query_fields import TIME_FIELDS
from pendo_emulator.events.query_language.query_times import read_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_emulator.events.query_language.query import Pattern
    from pendo_emulator.events.timeline_event import TimelineEvent

    Predicate: TypeAlias = Callable[[TimelineEvent], bool]

_STATES: Final[Mapping[str, Callable[[TimelineEvent], bool]]] = {
    "kept": lambda event: event.verdict == "kept",
    "broken": lambda event: event.verdict == "broken",
    "not-judged": lambda event: event.verdict == "not-judged",
    "good": lambda event: event.good,
    "bad": lambda event: not event.good,
    "accepted": lambda event: event.accepted,
    "lost": lambda event: not event.accepted,
}


class EventFilter:
    """A compiled query; `now` in milliseconds since 1970 is the time to which ages such as `5m` are relative."""

    def __init__(self, query: EventQuery, now: int) -> None:
        is_timed = any(isinstance(term, FieldTerm) and term.field in TIME_FIELDS for term in query.terms)
        # Equal for filters that match the same events.
        self.identity: Final = (query, now if is_timed else 0)
        self._tests = [_field_test(term, now) for term in query.terms if isinstance(term, FieldTerm)]
        self._texts = [(_needle(term.text), term.excluded) for term in query.terms if isinstance(term, TextTerm)]

    @property
    def needs_payload(self) -> bool:
        """Whether the query has a text, which must be searched in the payload."""
        return bool(self._texts)

    @property
    def selects_all(self) -> bool:
        """Whether the query has no term."""
        return not (self._tests or self._texts)

    def matches(self, event: TimelineEvent) -> bool:
        """Return whether an event matches all terms about fields."""
        return not self._tests or all(test(event) for test in self._tests)

    def matches_payload(self, payload: str) -> bool:
        """Return whether a payload, in the form of `searchable`, matches all terms about texts."""
        return all((needle in payload) is not excluded for needle, excluded in self._texts)


def searchable(value: Any) -> str:
    """Return a payload in the form that texts are searched in: JSON without spaces, in lower case."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).casefold()


def _needle(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1].casefold()


def _field_test(term: FieldTerm, now: int) -> Predicate:
    test = _tests_of(term, now)
    return (lambda event: not test(event)) if term.excluded else test


def _tests_of(term: FieldTerm, now: int) -> Predicate:
    if term.field in TIME_FIELDS:
        return _time_test(term, now)
    matchers = [_matcher(pattern) for pattern in term.patterns]
    if term.field == "is":
        states = [test for name, test in _STATES.items() if any(matches(name) for matches in matchers)]
        return lambda event: any(test(event) for test in states)
    read = _READ.get(term.field) or attrgetter(term.field)
    return lambda event: (value := read(event)) is not None and any(matches(value) for matches in matchers)


_READ: Final[Mapping[str, Callable[[TimelineEvent], str | None]]] = {
    "status": lambda event: str(event.status),
    "request": lambda event: str(event.request),
}


def _time_test(term: FieldTerm, now: int) -> Predicate:
    times = [read_time(pattern.parts[0], now) or 0 for pattern in term.patterns]
    if term.field == "since":
        since = min(times)
        return lambda event: event.time >= since
    until = max(times)
    return lambda event: event.time < until


def _matcher(pattern: Pattern) -> Callable[[str], bool]:
    first, *middle = pattern.parts
    if not middle:
        return first.__eq__
    last = middle.pop()

    def matches(value: str) -> bool:
        """Find each part after the one before it: unlike a regular expression, this takes linear time."""
        place, end = len(first), len(value) - len(last)
        if not (value.startswith(first) and value.endswith(last)):
            return False
        for part in middle:
            if (found := value.find(part, place, end)) < 0:
                return False
            place = found + len(part)
        return place <= end

    return matches
