"""Cursor: a position in the timeline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from pendo_emulator.events.timeline_event import TimelineEvent

# A position behind all events of a request.
_END: Final = 10**9

_TEXT: Final = re.compile(r"(\d{1,15})(?:\.(\d{1,8}))?", re.ASCII)


class Cursor(Struct, frozen=True, gc=False):
    """The position of an event: the number of its request, and its position in the request.

    The text `17.0` is the position of one event, `17` the position of the whole request 17.
    """

    request: int
    index: int | None = None

    def __str__(self) -> str:
        """Write the cursor as `read_cursor` reads it."""
        return str(self.request) if self.index is None else f"{self.request}.{self.index}"

    def is_before(self, event: TimelineEvent) -> bool:
        """Return whether an event follows the position."""
        return (self.request, _END if self.index is None else self.index) < (event.request, event.index or 0)

    def is_after(self, event: TimelineEvent) -> bool:
        """Return whether an event precedes the position."""
        return (event.request, event.index or 0) < (self.request, -1 if self.index is None else self.index)


def read_cursor(text: str) -> Cursor | None:
    """Read a cursor; return None for a text that is not a cursor."""
    found = _TEXT.fullmatch(text)
    return Cursor(int(found[1]), None if found[2] is None else int(found[2])) if found else None


def cursor_of(event: TimelineEvent) -> Cursor:
    """Return the position of an event."""
    return Cursor(event.request, event.index)
