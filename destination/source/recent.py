"""Recent: the ids of the events that came last."""

from __future__ import annotations

from collections import OrderedDict


class RecentIds:
    """So many ids; the one that was not seen for longest is forgotten first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ids: OrderedDict[str, None] = OrderedDict()

    def add(self, message_id: str) -> bool:
        """Remember an id; tell whether it is a new one."""
        known = message_id in self._ids
        self._ids[message_id] = None
        self._ids.move_to_end(message_id)
        if len(self._ids) > self._limit:
            self._ids.popitem(last=False)
        return not known
