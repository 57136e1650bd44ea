"""Source: events accepted from Segment's libraries, each sent once through the destination."""

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

from pendo_destination.browser.site import Site
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.source.event import Dropped, is_bundled, read_events
from pendo_destination.source.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pendo_destination.browser.site_config import SiteConfig
    from pendo_destination.runtime.instance import Event
    from pendo_destination.source.call import Call

WAITING_LIMIT: Final = 100_000
REASONS_LIMIT: Final = 100
# As long as the agent itself keeps events at most.
VISIT_LIMIT: Final = 120.0
PAUSES: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)

log = logging.getLogger("pendo-destination")


@dataclass(slots=True)
class Counts:
    """What became of a source's events.

    `replayed` were accepted by a server before this one; `bundled` are those that the destination acted on in the
    browser already; `performed` counts actions, of which an event may cause none or several; `undelivered` counts
    events that no host could be reached for, and visitors who left with requests that Pendo did not take.
    """

    replayed: int = 0
    received: int = 0
    duplicates: int = 0
    bundled: int = 0
    performed: int = 0
    undelivered: int = 0
    rejected: dict[str, int] = field(default_factory=dict)


class Source:
    """One write key's events on their way to an instance of the destination.

    Any thread may call `accept`; one thread of the source's own has the destination act on an event after another, and
    it alone touches the site. The lock guards what both sides touch: the counts, whether the source is closed.
    Pages are left, and so everything is sent, when nothing came for `idle` seconds or they were open for two minutes.

    An accepted event is in the `journal` until it is rejected, or its visitor has left and Pendo has taken everything;
    what a journal has from before is sent first. So each event is delivered at least once, even if the process is
    killed: twice if that happens after it was sent and before that was written down, or if Pendo took a part of what
    its visitor caused. What the destination and the agent know of a visitor dies with the process.
    """

    def __init__(self, write_key: str, setup: SiteConfig, idle: float = 1.0, journal: Journal | None = None) -> None:
        self.write_key = write_key
        self._journal = journal or Journal()
        self._site = Site(setup, on_delivered=self._settle)
        self._destination = setup.definition.name
        self._idle = idle
        self._accepted: SimpleQueue[Event | None] = SimpleQueue()
        self._lock = threading.Lock()
        waiting = self._journal.waiting(write_key)
        self._counts = Counts(replayed=len(waiting))
        for event in waiting:
            self._accepted.put(event)
        self._closed = threading.Event()
        self._leave_by = 0.0
        self._thread = threading.Thread(target=self._run, name=f"source {write_key}", daemon=True)

    def start(self) -> None:
        """Send what is accepted, in a thread of its own."""
        self._thread.start()

    def accept(self, call: Call, received_at: datetime) -> None:
        """Take all events of a call, or none; what is taken is in the journal and is not lost.

        An event whose id came before is counted and let go, since Segment's libraries send again what was not
        acknowledged in time; the last 100,000 ids are known (Segment: those of at least a day, documented).
        Raises DestinationError while too many events wait (kind `rate_limit`) and once the source is closed (kind
        `closing`); sqlite3.Error if the journal fails.
        """
        events = list(read_events(call, received_at))
        with self._lock:
            if self._closed.is_set():
                raise DestinationError("this server is stopping", kind="closing")
            if self._accepted.qsize() + len(events) > WAITING_LIMIT:
                raise DestinationError("too many events wait to be sent to Pendo", kind="rate_limit")
            self._admit(events)

    def status(self) -> dict[str, Any]:
        """Count what became of the events so far."""
        with self._lock:
            return asdict(self._counts) | {"waiting": self._accepted.qsize()}

    def close(self) -> None:
        """Accept nothing more."""
        with self._lock:
            self._closed.set()
        self._accepted.put(None)

    def join(self) -> None:
        """Wait until everything that was accepted is sent."""
        self._thread.join()

    def _admit(self, events: Sequence[Event | Dropped]) -> None:
        usable = [event for event in events if not isinstance(event, Dropped)]
        unsent = [event for event in usable if not is_bundled(event, self._destination)]
        new = self._journal.add(self.write_key, unsent)
        self._counts.received += len(events)
        self._counts.bundled += len(usable) - len(unsent)
        self._counts.duplicates += len(unsent) - len(new)
        for event in new:
            self._accepted.put(event)
        for drop in events:
            if isinstance(drop, Dropped):
                self._reject(drop.reason)

    def _reject(self, reason: str) -> None:
        rejected = self._counts.rejected
        kept = reason if reason in rejected or len(rejected) < REASONS_LIMIT else "other reasons"
        rejected[kept] = rejected.get(kept, 0) + 1
        log.warning("%s: rejected: %s", self.write_key, reason)

    def _run(self) -> None:
        while (event := self._next()) is not None:
            self._perform(event)
        self._leave()

    def _next(self) -> Event | None:
        """Wait for an event, and leave the pages when it is time to; None stands for the end."""
        if time.monotonic() < self._leave_by:
            with suppress(Empty):
                return self._accepted.get(timeout=self._idle)
        self._leave()
        event = self._accepted.get()
        self._leave_by = time.monotonic() + VISIT_LIMIT
        return event

    def _perform(self, event: Event) -> None:
        try:
            performed = self._send(event)
        except UnreachableError as error:
            self._give_up(1, f"an event was not sent: {error}")
        except Exception as error:  # noqa: BLE001 - what a destination raises costs one event, as in Segment's library
            with self._lock:
                self._reject(str(error) or type(error).__name__)
            self._settle([event])
        else:
            with self._lock:
                self._counts.performed += performed

    def _send(self, event: Event) -> int:
        """Send an event; while no host can be reached it waits, and so do all behind it, until the source is closed."""
        pauses = chain(PAUSES, repeat(PAUSES[-1]))
        while not self._closed.is_set():
            try:
                return self._site.send(event)
            except UnreachableError as error:
                log.warning("%s: waiting: %s", self.write_key, error)
                self._closed.wait(next(pauses))
        return self._site.send(event)

    def _leave(self) -> None:
        before = self._site.undelivered
        self._site.leave()
        if given_up := self._site.undelivered - before:
            self._give_up(given_up, f"{given_up} visitors left with requests that Pendo did not take")

    def _settle(self, events: list[Event]) -> None:
        """Have the journal let go of events; where it does not, the next source sends them again."""
        try:
            self._journal.settle(self.write_key, events)
        except sqlite3.Error as error:
            log.warning("%s: the journal keeps events that were sent: %s", self.write_key, error)

    def _give_up(self, count: int, reason: str) -> None:
        with self._lock:
            self._counts.undelivered += count
        log.error("%s: %s", self.write_key, reason)
