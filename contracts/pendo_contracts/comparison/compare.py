"""Compares two recordings: which events are missing, added and changed, by visitor and field."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pendo_contracts.comparison.comparison import (
    ABSENT,
    AnswerChange,
    Comparison,
    EventGroup,
    FactChange,
    FieldChange,
    Totals,
)
from pendo_contracts.comparison.field_changes import field_name, find_changes
from pendo_contracts.comparison.matching import pair_events, pair_repeated
from pendo_contracts.comparison.recording_content import RecordingContent
from pendo_contracts.rules.content_digest import pack

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pendo_contracts.comparison.compared_event import ComparedEvent
    from pendo_contracts.recordings.entry import Entry

    _Pair = tuple[ComparedEvent, ComparedEvent]

MAX_GROUPS: Final = 500
PLACES: Final = 3
NAMES: Final = ("before", "after")
_Item = TypeVar("_Item")


def compare(
    before: Iterable[Entry],
    after: Iterable[Entry],
    *,
    ignored: Collection[str] = (),
    ignored_facts: Collection[str] = (),
    names: tuple[str, str] = NAMES,
    max_groups: int = MAX_GROUPS,
) -> Comparison:
    """Compare the recordings `before` and `after`.

    The order of requests and events, how events are grouped into requests, ids that the agent generates, times and
    repeated deliveries of an event make no difference. `ignored` are names of fields, and
    `ignored_facts` of facts, that make none either. `names` are the names of the recordings in notes. Each list of the
    result has at most `max_groups` entries.
    """
    first, second = RecordingContent(ignored).read(before), RecordingContent(ignored).read(after)
    return compare_contents(first, second, ignored_facts=ignored_facts, names=names, max_groups=max_groups)


def compare_contents(
    first: RecordingContent,
    second: RecordingContent,
    *,
    ignored_facts: Collection[str] = (),
    names: tuple[str, str] = NAMES,
    max_groups: int = MAX_GROUPS,
) -> Comparison:
    """Compare two recordings that were read already; the parameters are those of `compare`."""
    equal, missing, added = _remove_equal(first.events, second.events)
    pairs = pair_repeated(pair_events(missing, added), first.events, second.events)
    further: dict[str, int] = {}

    def bounded(name: str, items: Sequence[_Item]) -> tuple[_Item, ...]:
        if len(items) > max_groups:
            further[name] = len(items) - max_groups
        return tuple(items[:max_groups])

    return Comparison(
        totals=Totals(
            before=len(first.events),
            after=len(second.events),
            equal=len(equal),
            missing=len(pairs.missing),
            added=len(pairs.added),
            changed=len(pairs.found),
        ),
        facts=tuple(change for change in _fact_changes(first, second) if change.fact not in ignored_facts),
        missing=bounded("missing", _event_groups(pairs.missing)),
        added=bounded("added", _event_groups(pairs.added)),
        changed=bounded("changed", _field_groups(pairs.found)),
        answers=bounded("answers", _answer_groups([*equal, *pairs.found])),
        further=further,
        notes=(*first.notes(names[0]), *second.notes(names[1])),
    )


def _remove_equal(
    before: Iterable[ComparedEvent], after: Iterable[ComparedEvent]
) -> tuple[list[_Pair], list[ComparedEvent], list[ComparedEvent]]:
    """Pair events with the same content, first those with the same answer; return the pairs and the remaining ones."""
    found: list[_Pair] = []
    missing, added = list(before), list(after)
    for with_answer in (True, False):
        waiting: dict[Any, list[ComparedEvent]] = defaultdict(list)
        for event in reversed(missing):
            waiting[_content(event, with_answer=with_answer)].append(event)
        rest = []
        for event in added:
            if partners := waiting.get(_content(event, with_answer=with_answer)):
                found.append((partners.pop(), event))
            else:
                rest.append(event)
        missing, added = [event for events in waiting.values() for event in events], rest
    return found, missing, added


def _content(event: ComparedEvent, *, with_answer: bool) -> Any:
    return (event.digest, event.answer) if with_answer else event.digest


def _fact_changes(first: RecordingContent, second: RecordingContent) -> Iterator[FactChange]:
    before, after = first.fact_values(), second.fact_values()
    for fact in sorted({*before, *after}):
        one, other = before.get(fact, frozenset()), after.get(fact, frozenset())
        if one != other:
            yield FactChange(fact, tuple(sorted(one - other)), tuple(sorted(other - one)))


def _event_groups(events: Iterable[ComparedEvent]) -> list[EventGroup]:
    groups: dict[tuple[str, str, str], list[ComparedEvent]] = defaultdict(list)
    for event in events:
        groups[event.visitor, event.type, event.name].append(event)
    return [
        EventGroup(*key, len(group), tuple(event.where for event in group[:PLACES]), group[0].value())
        for key, group in sorted(groups.items())
    ]


def _field_groups(pairs: Iterable[_Pair]) -> list[FieldChange]:
    groups: dict[Any, FieldChange] = {}
    types: dict[Any, Counter[str]] = defaultdict(Counter)
    places: dict[Any, list[tuple[str, str]]] = defaultdict(list)
    for one, other in pairs:
        for change in find_changes(one.value(), other.value()):
            field = field_name(change.pointer, one)
            key = (one.visitor, field, _packed(change.before), _packed(change.after))
            types[key][one.type] += 1
            if len(places[key]) < PLACES:
                places[key].append((one.where, other.where))
            if key not in groups:
                groups[key] = FieldChange(one.visitor, field, change.pointer, change.before, change.after, {}, ())
    return [
        FieldChange(
            group.visitor,
            group.field,
            group.pointer,
            group.before,
            group.after,
            dict(sorted(types[key].items())),
            tuple(places[key]),
        )
        for key, group in sorted(groups.items())
    ]


def _packed(value: Any) -> bytes:
    return b"" if value is ABSENT else pack(value)


def _answer_groups(pairs: Iterable[_Pair]) -> list[AnswerChange]:
    groups: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for one, other in pairs:
        if one.answer and other.answer and one.answer != other.answer:
            groups[one.type, one.answer, other.answer].append((one.where, other.where))
    return [AnswerChange(*key, len(places), tuple(places[:PLACES])) for key, places in sorted(groups.items())]
