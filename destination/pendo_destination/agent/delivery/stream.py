"""Stream: the events of a page, from happening to their queue, and when the queues are flushed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.agent.delivery.event import Capture
from pendo_destination.agent.delivery.event_queue import CircularError, EventQueue
from pendo_destination.agent.visitor.identity import is_anonymous

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.components import Parts
    from pendo_destination.agent.delivery.event import Event

SEND_INTERVAL: Final = 2 * 60 * 1000
AGENTIC: Final = "agentic"

_NPS_TYPES: Final = frozenset({"load", "meta", "identify"})


class Stream:
    """All events of a page, numbered in the order in which they happened, whatever queue they leave by."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._ptm = EventQueue("ptm", {}, parts)
        self._track = EventQueue("ptm", {"type": "track"}, parts)
        self._agentic = EventQueue("agentic", {}, parts)
        self._queues = (self._ptm, self._track, self._agentic)
        self._capture = Capture(parts)
        self._sequence = 0
        self._flush_due = False
        self._regular = True
        self._reported: set[str] = set()
        parts.timers.after(SEND_INTERVAL, self._flush_regularly)

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be flushed or retried."""
        return all(queue.empty for queue in self._queues)

    def collect(
        self, kind: str, props: Any, *, url: str = "", name: str = "", properties: Mapping[str, Any] | None = None
    ) -> None:
        """Record an event, unless the configuration is against it."""
        config = self._parts.config
        if config.drop_anonymous and is_anonymous(self._parts.identity.visitor_id):
            return
        queue = self._track if kind == "track" else self._agentic if name == AGENTIC else self._ptm
        allowed = kind in _NPS_TYPES or not config.nps_only
        losses = self._parts.losses.tell(self._parts.environment.clock()) if allowed and queue is self._ptm else None
        where = url or self._parts.location.url
        event = self._capture.capture(kind, props, where, name=name, properties=properties, losses=losses)
        if allowed and kind not in config.excluded_types and (queue is self._agentic or not config.guides_only):
            self._push(queue, event)

    def flush(self, *, unload: bool = False, hidden: bool = False) -> None:
        """Send what has gathered in all queues; what failed before is tried again."""
        try:
            self._flush(unload=unload, hidden=hidden)
        except CircularError as error:
            self.report(f"unhandled error while flushing event cache:{error}")

    def flush_later(self) -> None:
        """Flush on the next tick."""
        if not self._flush_due:
            self._flush_due = True
            self._parts.timers.after(0, self._flush_now)

    def unload(self) -> None:
        """Send what can still be sent, or store it where that is configured; nothing is sent afterwards."""
        self.flush(unload=True)
        if self._parts.config.store_on_unload:
            self._parts.unsent.write()
        self._parts.timers.clear()

    def unlock(self) -> None:
        """Send events again, but none from before, and no longer every 2 minutes (observed in the published agent)."""
        if not self._parts.host.locked:
            return
        for queue in self._queues:
            queue.clear()
        self._regular = False
        self._parts.host.locked = False

    def report(self, error: str) -> None:
        """Report an error to Pendo, once a page."""
        if error not in self._reported:
            self._reported.add(error)
            self._parts.report(f"[{error}]\nTypeError: {error}")

    def _push(self, queue: EventQueue, event: Event) -> None:
        event.number(self._sequence)
        self._sequence += 1
        try:
            queue.push(event)
        except CircularError as error:
            self.report(str(error))

    def _flush(self, *, unload: bool, hidden: bool) -> None:
        for queue in self._queues:
            queue.flush(unload=unload, hidden=hidden)

    def _flush_now(self) -> None:
        self._flush_due = False
        self.flush()

    def _flush_regularly(self) -> None:
        if self._regular:
            self.flush()
            self._parts.timers.after(SEND_INTERVAL, self._flush_regularly)
