"""Collects the events of a page into queues, and decides when the queues are flushed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_destination.agent.delivery.request_builder import CircularError
from pendo_destination.agent.visitor.identity import is_anonymous

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.delivery.captured_event import CapturedEvent, EventCapture
    from pendo_destination.agent.delivery.data_host import DataHost
    from pendo_destination.agent.delivery.error_log import ErrorLog
    from pendo_destination.agent.delivery.event_queue import EventQueue
    from pendo_destination.agent.delivery.lost_requests import LostRequests
    from pendo_destination.agent.delivery.outbox import Outbox
    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.timers import Timers
    from pendo_destination.agent.visitor.identity import Identity

SEND_INTERVAL: Final = 2 * 60 * 1000
AGENTIC: Final = "agentic"

_NPS_TYPES: Final = frozenset({"load", "meta", "identify"})


class EventQueues(NamedTuple):
    """A page's queues, in the order in which they are flushed."""

    ptm: EventQueue
    track: EventQueue
    agentic: EventQueue


class EventCollector:
    """All events of a page, numbered over all queues in the order in which they happened."""

    def __init__(
        self,
        config: Config,
        identity: Identity,
        capture: EventCapture,
        queues: EventQueues,
        *,
        lost_requests: LostRequests,
        outbox: Outbox,
        host: DataHost,
        timers: Timers,
        errors: ErrorLog,
    ) -> None:
        self._config, self._identity, self._capture, self._queues = config, identity, capture, queues
        self._lost_requests, self._outbox, self._host = lost_requests, outbox, host
        self._timers, self._errors = timers, errors
        self._sequence = 0
        self._flush_due = False
        self._periodic = True
        timers.after(SEND_INTERVAL, self._flush_periodically)

    @property
    def empty(self) -> bool:
        """Whether no event waits for a flush and no request for a retry."""
        return all(queue.empty for queue in self._queues)

    @property
    def sending(self) -> bool:
        """Whether events are sent, not discarded."""
        return not self._host.locked

    def collect(
        self,
        kind: str,
        props: Any,
        *,
        props_json: str = "",
        url: str = "",
        name: str = "",
        properties: Mapping[str, Any] | None = None,
    ) -> None:
        """Record an event, unless the configuration excludes it; `props_json` is the JSON of the props, if known."""
        config, queues = self._config, self._queues
        if config.drop_anonymous and is_anonymous(self._identity.visitor_id):
            return
        queue = queues.track if kind == "track" else queues.agentic if name == AGENTIC else queues.ptm
        allowed = kind in _NPS_TYPES or not config.nps_only
        losses = self._lost_requests.take_report() if allowed and queue is queues.ptm else None
        event = self._capture.capture(
            kind, props, props_json=props_json, url=url, name=name, properties=properties, losses=losses
        )
        if allowed and kind not in config.excluded_types and (queue is queues.agentic or not config.guides_only):
            self._push(queue, event)

    def flush(self, *, unload: bool = False, hidden: bool = False) -> None:
        """Send the collected events of all queues and retry failed requests."""
        try:
            for queue in self._queues:
                queue.flush(unload=unload, hidden=hidden)
        except CircularError as error:
            self._errors.report_once(f"unhandled error while flushing event cache:{error}")

    def flush_later(self) -> None:
        """Flush on the next tick."""
        if not self._flush_due:
            self._flush_due = True
            self._timers.after(0, self._flush_now)

    def unload(self) -> None:
        """Send the unsent events, store the unsent requests if the configuration says so, and stop all timers."""
        self.flush(unload=True)
        if self._config.store_on_unload:
            self._outbox.save()
        self._timers.clear()

    def stop_sending(self) -> None:
        """Discard events from now on."""
        self._host.locked = True

    def resume_sending(self) -> None:
        """Send new events again, but drop earlier ones and no longer flush every 2 minutes.

        Has no effect unless sending was stopped (observed in the published agent).
        """
        if self.sending:
            return
        for queue in self._queues:
            queue.clear()
        self._periodic = False
        self._host.locked = False

    def _push(self, queue: EventQueue, event: CapturedEvent) -> None:
        event.assign_sequence(self._sequence)
        self._sequence += 1
        try:
            queue.push(event)
        except CircularError as error:
            self._errors.report_once(str(error))

    def _flush_now(self) -> None:
        self._flush_due = False
        self.flush()

    def _flush_periodically(self) -> None:
        if self._periodic:
            self.flush()
            self._timers.after(SEND_INTERVAL, self._flush_periodically)
