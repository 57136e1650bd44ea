"""Reads events from JSON, with only the members that subscriptions read if that is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

import msgspec

from pendo_contracts.wire import jzb
from pendo_destination.runtime.destination_instance import WIRED_TYPES, reachable
from pendo_destination.runtime.partial_event import make_event_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendo_destination.runtime.destination_instance import Plugin
    from pendo_destination.runtime.partial_event import PartialEvent, Path


class EventReader:
    """Reads the events of some plugins, with only the members that a subscription or the caller, at `paths`, reads.

    Other members are skipped: reading takes half as long. Their syntax is checked, but not whether they are UTF-8, how
    deep they are, and whether their numbers are too large. Events of types that a subscription may read all members of
    are read whole.
    """

    def __init__(self, plugins: Iterable[Plugin], paths: Iterable[Path] = ()) -> None:
        plugins, paths = tuple(plugins), tuple(paths)
        types = [made for name in sorted(WIRED_TYPES) if (made := _event_type(plugins, name, paths))]
        self._decode: Callable[[bytes], Any] = msgspec.json.Decoder(Union[tuple(types)]).decode if types else jzb.parse  # noqa: UP007

    def read(self, line: bytes) -> Any:
        """Return the value of a line of JSON: a partial event, or the whole value if it is not such an event.

        An event is read whole too if a member on the way to a path is not an object. Raises JzbError as `jzb.parse`.
        """
        try:
            return self._decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return jzb.parse(line)


def _event_type(plugins: Iterable[Plugin], name: str, paths: Iterable[Path]) -> type[PartialEvent] | None:
    """Return the type of partial events of an event type, or None if a subscription can read all their members."""
    subscriptions = [active for _, active in reachable(plugins, name)]
    if any(active.resolve_partial is None for active in subscriptions):
        return None
    return make_event_type(name, {*paths, *(path for active in subscriptions for path in active.paths)})
