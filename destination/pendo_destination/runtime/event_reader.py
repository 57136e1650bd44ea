"""Reads events from JSON, with only the members that something reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict

import msgspec

from pendo_contracts.wire import jzb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendo_destination.runtime.destination_instance import Plugin

# The names from an event to a member.
Path: TypeAlias = tuple[str, ...]
# The members that are read of an object; None if the whole value is read.
Selection: TypeAlias = "dict[str, Selection] | None"

_ALWAYS: Final[tuple[Path, ...]] = (("type",), ("integrations",))


class EventReader:
    """Reads events with only the members that the subscriptions of some plugins, or the caller at `paths`, read.

    Other members are skipped, which takes less time than decoding them. Their syntax is checked, but not whether they
    are UTF-8, how deep they are, and whether their numbers are too large. Events are read whole if a subscription can
    read all members.
    """

    def __init__(self, plugins: Iterable[Plugin], paths: Iterable[Path] = ()) -> None:
        sources = [active.source for plugin in plugins for active in plugin.subscriptions]
        wanted = {*_ALWAYS, *paths, *(path for source in sources for path in source.paths)}
        self._decode: Callable[[bytes], Any] = jzb.parse
        if not any(source.reads_all for source in sources) and all(map(_can_be_selected, wanted)):
            self._decode = msgspec.json.Decoder(_type_of(select(wanted))).decode

    def read(self, line: bytes) -> Any:
        """Return the value of a line of JSON, or its members that are read; raise JzbError as `jzb.parse` does.

        The value is read whole if it is not an object, or if a member on the way to a path is not an object.
        """
        try:
            return self._decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return jzb.parse(line)


def select(paths: Iterable[Path]) -> Selection:
    """Return the members to which some paths lead."""
    selection: dict[str, Selection] = {}
    for *outer, last in sorted(paths, key=len):
        members: Selection = selection
        for name in outer:
            members = members.setdefault(name, {}) if members is not None else None
        if members is not None:
            members[last] = None
    return selection


def _type_of(selection: Selection) -> Any:
    """Return the type of objects with some members for msgspec, which skips the others."""
    if selection is None:
        return Any
    members = {name: _type_of(inner) for name, inner in selection.items()}
    return TypedDict("Members", members, total=False)  # type: ignore[operator] # mypy knows only literal members


def _can_be_selected(path: Path) -> bool:
    """Return whether msgspec finds members of these names; it does not find names that are not ASCII."""
    return all(name.isascii() and name.isprintable() for name in path)
