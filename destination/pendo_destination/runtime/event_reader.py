"""Reads events from JSON, with only the members that something reads."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict

import msgspec

from pendo_contracts.wire import jzb
from pendo_destination.javascript.values import PROTOTYPE
from pendo_destination.mapping.path_directive import can_be_read_of_arrays
from pendo_destination.mapping.value_code import without_undefined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendo_destination.runtime.destination_instance import Plugin

# The names from an event to a member.
Path: TypeAlias = tuple[str, ...]
# The members that are read of an object; None if the whole value is read.
Selection: TypeAlias = "dict[str, Selection] | None"

_ALWAYS: Final[tuple[Path, ...]] = (("type",), ("integrations",))
_PROTOTYPE: Final = PROTOTYPE.encode()
_ARRAY_START: Final = ord("[")
# An object takes at least five bytes around an inner value, `{"":` and `}`; an array takes three bytes less.
_OBJECT_SIZE: Final = 5
_LESS_FOR_ARRAY: Final = 3


class EventReader:
    """Reads events with only the members that the subscriptions of some plugins, or the caller at `paths`, read.

    Other members are skipped, which takes less time than decoding them. Events are read whole if a subscription can
    read all members. `read` refuses the same lines as `read_whole`, with one exception: a number that is skipped may be
    too large for `read_whole` (1e400), because a search for such numbers takes longer than skipping the members.
    """

    def __init__(self, plugins: Iterable[Plugin], paths: Iterable[Path] = ()) -> None:
        sources = [active.source for plugin in plugins for active in plugin.subscriptions]
        wanted = {*_ALWAYS, *paths, *(path for source in sources for path in source.paths)}
        self._reads_part = not any(source.reads_all for source in sources) and all(map(_can_be_selected, wanted))
        self._decode: Callable[[bytes], Any] = jzb.parse
        if self._reads_part:
            self._decode = msgspec.json.Decoder(_type_of(_select(wanted))).decode

    def read(self, line: bytes) -> Any:
        """Return the value of a line of JSON, or its members that are read; raise JzbError as `read_whole` does.

        The value is read whole if it is not an object, if a member on the way to a path is not an object, or if
        `jzb.parse` checks something in the line that a decoder of parts does not check.
        """
        return self.read_usual(line) if self._reads_part and is_usual(line) else read_whole(line)

    def read_usual(self, line: bytes) -> Any:
        """Return the same as `read`, for a line for which `is_usual` is true."""
        try:
            return self._decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return jzb.parse(line)


def read_whole(line: bytes) -> Any:
    """Return the value of a line of JSON without members named `__proto__`; raise JzbError as `jzb.parse` does."""
    value = jzb.parse(line)
    # Copying every event would take too long.
    return without_undefined(value) if _names_prototype(line) else value


def is_usual(line: bytes) -> bool:
    """Return whether a line is UTF-8, not large, not deep and without `__proto__`, which a decoder does not check."""
    if len(line) > jzb.LARGE or _names_prototype(line) or _may_be_too_deep(line):
        return False
    try:
        return line.isascii() or bool(line.decode())
    except UnicodeDecodeError:
        return False


def _names_prototype(line: bytes) -> bool:
    return line.find(_PROTOTYPE) >= 0  # faster than `in`


def _may_be_too_deep(line: bytes) -> bool:
    """Return whether a line may be nested deeper than `jzb.parse` allows.

    Most lines are too short for that, and counting all brackets takes a third of the time of reading a part.
    """
    arrays = line.count(b"[") if _ARRAY_START in line else 0
    if len(line) <= _OBJECT_SIZE * jzb.DEPTH_LIMIT - _LESS_FOR_ARRAY * arrays:
        return False
    return arrays + line.count(b"{") > jzb.DEPTH_LIMIT


def _select(paths: Iterable[Path]) -> Selection:
    """Return the members to which some paths lead."""
    selection: dict[str, Selection] = {}
    for *outer, last in sorted(map(_path_of_objects, paths), key=len):
        members: Selection = selection
        for name in outer:
            members = members.setdefault(name, {}) if members is not None else None
        if members is not None:
            members[last] = None
    return selection


def _path_of_objects(path: Path) -> Path:
    """Return the start of a path, up to a member that is probably an array or a string, which is read whole."""
    first, *others = path
    return (first, *takewhile(lambda key: not can_be_read_of_arrays(key), others))


def _type_of(selection: Selection) -> Any:
    """Return the type of objects with some members for msgspec, which skips the others."""
    if selection is None:
        return Any
    members = {name: _type_of(inner) for name, inner in selection.items()}
    return TypedDict("Members", members, total=False)  # type: ignore[operator] # mypy knows only literal members


def _can_be_selected(path: Path) -> bool:
    """Return whether msgspec finds members of these names; it does not find names that are not ASCII."""
    return all(name.isascii() and name.isprintable() for name in path)
