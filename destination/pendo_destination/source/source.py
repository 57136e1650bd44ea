"""A source: accepts events from Segment's libraries and delivers each event through the destination."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import chain, repeat
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.throttled_error_log import ThrottledErrorLog
from pendo_destination.browser.site import Site
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.source.journal import Journal
from pendo_destination.source.prepare_received_events import DroppedEvent, is_bundled, prepare_received_events

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pendo_destination.browser.site_config import SiteConfig
    from pendo_destination.runtime.definition import Event
    from pendo_destination.source.tracking_call import TrackingCall

MAX_WAITING: Final = 100_000
MAX_REASONS: Final = 100
# Seconds. The agent keeps events for the same time at most.
MAX_VISIT: Final = 120.0
RETRY_DELAYS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)

log = logging.getLogger("pendo-destination")


@dataclass(slots=True)
class Counts:
    """Counts of a source's events by result.

    `replayed` events were accepted by an earlier server. `bundled` events were already delivered by the destination in
    the browser. `performed` counts actions; an event can cause none or several. `undelivered` counts events
    for which no host was reachable, and visitors who left with requests that Pendo did not accept.
    """

    replayed: int = 0
    received: int = 0
    duplicates: int = 0
    bundled: int = 0
    performed: int = 0
    undelivered: int = 0
    rejected: dict[str, int] = field(default_factory=dict)


class Source:
    """Delivers the events of one write key to the destination, one after the other in a separate thread.

    Any thread may call `accept`. Only the source's thread uses the site; the lock guards the counts and the closing.
    All visitors leave their pages, which sends all waiting events, after `idle` seconds without an event and after
    `max_visit` seconds on the page. `accept` rejects calls while more than `max_waiting` events wait.

    An accepted event stays in the `journal` until it is rejected, or until its visitor has left and Pendo has accepted
    all requests of the visitor. Events that the journal already contains are sent first. So each event is delivered at
    least once, even if the process is killed. It is delivered twice if the process is killed after the event was sent
    and before that was recorded, or if Pendo accepted only some of the visitor's requests. The data of the destination
    and the agent about a visitor are lost with the process.

    The source's thread calls `on_processed` with each event, and why it was not sent ("" if it was).
    """

    def __init__(
        self,
        write_key: str,
        config: SiteConfig,
        idle: float = 1.0,
        journal: Journal | None = None,
        *,
        max_waiting: int = MAX_WAITING,
        max_visit: float = MAX_VISIT,
        on_processed: Callable[[Event, str], None] | None = None,
    ) -> None:
        self.write_key = write_key
        self._journal = journal or Journal()
        self._site = Site(config, on_delivered=self._complete)
        self._destination = config.definition.name
        self._idle = idle
        self._on_processed = on_processed
        self._max_waiting = max_waiting
        self._max_visit = max_visit
        self._accepted: SimpleQueue[Event | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._outage_log = ThrottledErrorLog(log, time.monotonic)
        pending = self._journal.pending(write_key)
        self._counts = Counts(replayed=len(pending))
        for event in pending:
            self._accepted.put(event)
        self._closed = threading.Event()
        self._leave_by = 0.0
        self._thread = threading.Thread(target=self._run, name=f"source {write_key}", daemon=True)

    def start(self) -> None:
        """Start to send accepted events, in a thread."""
        self._thread.start()

    def accept(self, call: TrackingCall, received_at: datetime) -> None:
        """Accept all events of a call, or none; accepted events are in the journal.

        An event with a known id is only counted, because Segment's libraries send a call again if it is not
        acknowledged in time. The journal keeps the last 100,000 ids (Segment: the ids of at least a day, documented).
        Raises DestinationError while too many events wait (kind `rate_limit`), while the journal cannot be written
        (kind `journal_unavailable`) and after the source is closed (kind `closing`).
        """
        events = list(prepare_received_events(call, received_at))
        with self._lock:
            if self._closed.is_set():
                raise DestinationError("this server is stopping", kind="closing")
            if self._accepted.qsize() + len(events) > self._max_waiting:
                raise DestinationError("too many events wait to be sent to Pendo", kind="rate_limit")
            self._enqueue(events)

    def status(self) -> dict[str, Any]:
        """Return the counts of the events so far."""
        with self._lock:
            return asdict(self._counts) | {"waiting": self._accepted.qsize()}

    def close(self) -> None:
        """Reject further calls."""
        with self._lock:
            self._closed.set()
        self._accepted.put(None)

    def join(self) -> None:
        """Wait until all accepted events are sent."""
        self._thread.join()

    def _enqueue(self, events: Sequence[Event | DroppedEvent]) -> None:
        valid = [event for event in events if not isinstance(event, DroppedEvent)]
        unsent = [event for event in valid if not is_bundled(event, self._destination)]
        new = self._add_to_journal(unsent)
        self._counts.received += len(events)
        self._counts.bundled += len(valid) - len(unsent)
        self._counts.duplicates += len(unsent) - len(new)
        for event in new:
            self._accepted.put(event)
        for dropped in events:
            if isinstance(dropped, DroppedEvent):
                self._count_rejected(dropped.reason)

    def _add_to_journal(self, events: Sequence[Event]) -> list[Event]:
        try:
            return self._journal.add(self.write_key, events)
        except sqlite3.Error as error:
            message = f"the journal cannot be written: {error}"
            self._outage_log.error(f"{self.write_key}: {message}")
            raise DestinationError(message, kind="journal_unavailable") from error

    def _count_rejected(self, reason: str) -> None:
        rejected = self._counts.rejected
        key = reason if reason in rejected or len(rejected) < MAX_REASONS else "other reasons"
        rejected[key] = rejected.get(key, 0) + 1
        log.warning("%s: rejected: %s", self.write_key, reason)

    def _run(self) -> None:
        while (event := self._next_event()) is not None:
            self._deliver(event)
        self._leave_pages()

    def _next_event(self) -> Event | None:
        """Wait for an event and return it; leave the pages when that is due. Return None after `close`."""
        if time.monotonic() < self._leave_by:
            with suppress(Empty):
                return self._accepted.get(timeout=self._idle)
        self._leave_pages()
        event = self._accepted.get()
        self._leave_by = time.monotonic() + self._max_visit
        return event

    def _deliver(self, event: Event) -> None:
        problem = self._try_to_send(event)
        if self._on_processed:
            self._on_processed(event, problem)

    def _try_to_send(self, event: Event) -> str:
        """Send an event and count the result; return why it was not sent, "" if it was."""
        try:
            performed = self._send(event)
        except UnreachableError as error:
            self._count_undelivered(1, f"an event was not sent: {error}")
            return str(error)
        except Exception as error:  # noqa: BLE001 - as in Segment's library, an error rejects only its own event
            reason = str(error) or type(error).__name__
            with self._lock:
                self._count_rejected(reason)
            self._complete([event])
            return reason
        with self._lock:
            self._counts.performed += performed
        return ""

    def _send(self, event: Event) -> int:
        """Send an event; retry while no host is reachable, until the source is closed. Later events wait meanwhile."""
        delays = chain(RETRY_DELAYS, repeat(RETRY_DELAYS[-1]))
        while not self._closed.is_set():
            try:
                return self._site.send(event)
            except UnreachableError as error:
                log.warning("%s: retrying: %s", self.write_key, error)
                self._closed.wait(next(delays))
        return self._site.send(event)

    def _leave_pages(self) -> None:
        before = self._site.undelivered
        self._site.leave()
        if undelivered := self._site.undelivered - before:
            self._count_undelivered(undelivered, f"{undelivered} visitors left with requests that Pendo did not accept")

    def _complete(self, events: list[Event]) -> None:
        """Remove events from the journal; if that fails, the next source with this journal sends them again."""
        try:
            self._journal.complete(self.write_key, events)
        except sqlite3.Error as error:
            self._outage_log.error(f"{self.write_key}: the journal keeps events that were sent: {error}")

    def _count_undelivered(self, count: int, reason: str) -> None:
        with self._lock:
            self._counts.undelivered += count
        log.error("%s: %s", self.write_key, reason)
