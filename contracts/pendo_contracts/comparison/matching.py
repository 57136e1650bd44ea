"""Finds pairs: which event of one recording is which event of the other."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.comparison.field_changes import leaf_hashes
from pendo_contracts.rules.content_digest import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from pendo_contracts.comparison.compared_event import ComparedEvent

# Above this number of different events, an event that differs in one field is searched only among similar ones.
MAX_CLOSE: Final = 20_000

_IDENTITY: Final = frozenset({"visitor_id", "visitorId", "userId", "account_id", "accountId", "groupId"})
_BITS: Final = (1 << 64) - 1


class Pairs(NamedTuple):
    """Pairs of different events of two recordings, and the events without a partner."""

    found: list[tuple[ComparedEvent, ComparedEvent]]
    missing: list[ComparedEvent]
    added: list[ComparedEvent]


def pair_events(before: Iterable[ComparedEvent], after: Iterable[ComparedEvent], max_close: int = MAX_CLOSE) -> Pairs:
    """Pair the events that only one of two recordings has; each event is in one pair at most.

    The stages go from narrow to wide: the same content for another visitor or account, a difference in one field, then
    the same type and name of the same visitor or page. Each stage takes time in proportion to the size of the events.
    """
    pairs = Pairs([], sorted(before, key=_order), sorted(after, key=_order))
    pairs = _pair_close(_pair_by(_without_identity, pairs), max_close)
    for key in _WIDE:
        pairs = _pair_by(key, pairs)
    return pairs


def pair_repeated(pairs: Pairs, before: Iterable[ComparedEvent], after: Iterable[ComparedEvent]) -> Pairs:
    """Pair the remaining requests that the agent repeats with any request of their type, visitor and page.

    Their number says nothing, so `before` and `after` are all events of the recordings, also those with a partner.
    """
    there, back = _first_of_each(after), _first_of_each(before)
    found = list(pairs.found)
    missing, added = [], []
    for event in pairs.missing:
        partner = there.get(_page(event)) if event.repeated else None
        missing.append(event) if partner is None else found.append((event, partner))
    for event in pairs.added:
        partner = back.get(_page(event)) if event.repeated else None
        added.append(event) if partner is None else found.append((partner, event))
    return Pairs(found, missing, added)


def _first_of_each(events: Iterable[ComparedEvent]) -> dict[Hashable, ComparedEvent]:
    return {_page(event): event for event in sorted((event for event in events if event.repeated), key=_order)}


def _page(event: ComparedEvent) -> Hashable:
    return event.type, event.visitor, event.url


def _order(event: ComparedEvent) -> tuple[str, str, bytes, str]:
    """Return a key for an order that does not depend on the order in the recording."""
    return event.endpoint, event.type, event.packed, event.answer


def _without_identity(event: ComparedEvent) -> Hashable:
    value = event.value()
    rest = {name: item for name, item in value.items() if name not in _IDENTITY} if isinstance(value, dict) else value
    return event.endpoint, event.type, pack(rest)


# An interaction's name is its target. Names alone do not make a pair: they are the same for many visitors.
_WIDE: Final[tuple[Callable[[ComparedEvent], Hashable], ...]] = (
    lambda event: (event.type, event.name, event.visitor, event.url),
    lambda event: (event.type, event.name, event.visitor),
    lambda event: (event.type, event.name, event.url),
)


def _pair_by(key: Callable[[ComparedEvent], Hashable], pairs: Pairs) -> Pairs:
    """Pair events with the same key, in order."""
    waiting: dict[Hashable, list[ComparedEvent]] = defaultdict(list)
    for event in reversed(pairs.missing):
        waiting[key(event)].append(event)
    found = list(pairs.found)
    added: list[ComparedEvent] = []
    for event in pairs.added:
        if partners := waiting.get(key(event)):
            found.append((partners.pop(), event))
        else:
            added.append(event)
    return Pairs(found, _remaining(pairs.missing, waiting.values()), added)


def _remaining(events: Sequence[ComparedEvent], waiting: Iterable[list[ComparedEvent]]) -> list[ComparedEvent]:
    left = {id(event) for events in waiting for event in events}
    return [event for event in events if id(event) in left]


def _pair_close(pairs: Pairs, limit: int) -> Pairs:
    """Pair events that differ in one field: the sum of the hashes of all other fields is equal."""
    index: dict[int, list[int]] = defaultdict(list)
    missing = pairs.missing[:limit]
    for place in reversed(range(len(missing))):
        for part in _partial_sums(missing[place]):
            index[part].append(place)
    used: set[int] = set()
    found = list(pairs.found)
    added: list[ComparedEvent] = []
    for event in pairs.added[:limit]:
        partner = _first_unused(_partial_sums(event), index, used)
        if partner is None:
            added.append(event)
        else:
            used.add(partner)
            found.append((missing[partner], event))
    rest = [event for place, event in enumerate(pairs.missing) if place not in used]
    return Pairs(found, rest, added + pairs.added[limit:])


def _partial_sums(event: ComparedEvent) -> list[int]:
    """Return the sum of the hashes of all fields, and the sums that leave out one field."""
    hashes = [hash(event.endpoint), *leaf_hashes(event.value())]
    total = sum(hashes)
    return [(total - one) & _BITS for one in (0, *hashes[1:])]


def _first_unused(sums: Iterable[int], index: dict[int, list[int]], used: set[int]) -> int | None:
    for part in sums:
        places = index.get(part)
        # Events with a partner are removed, so that the search stays linear.
        while places and places[-1] in used:
            places.pop()
        if places:
            return places[-1]
    return None
