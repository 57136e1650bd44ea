"""The visitors of one site, each with a separate browser tab, driven by a stream of Segment events."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from pendo_contracts.wire import jzb
from pendo_destination.browser.browser_tab import PAGE_LIFETIME_MS, PATHS, BrowserTab
from pendo_destination.browser.rejected_events import RejectedEvent, RejectedEvents
from pendo_destination.javascript.values import text
from pendo_destination.runtime.event_reader import EventReader, read_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_destination.browser.site_config import SiteConfig
    from pendo_destination.runtime.definition import Event

# If there are more visitors, the least recently seen visitor is deleted and returns with a new browser tab.
MAX_VISITORS: Final = 10_000
PAGES_KEPT: Final = 500


class Site(Struct, dict=True):
    """The visitors of a site, and counts of their events by result.

    `rejects` receives every input line that was not sent. `on_processed` is called with each event that `send_line`
    reads, and why it was not sent ("" if it was); set it before the first line. `on_delivered` is called with events
    given to `send`, once their visitor has left and Pendo has accepted every request that they caused.
    """

    config: SiteConfig
    rejects: RejectedEvents = field(default_factory=RejectedEvents)
    on_delivered: Callable[[list[Event]], object] = lambda _events: None
    on_processed: Callable[[Event, str], object] | None = None
    pages_kept: int = PAGES_KEPT
    events: int = 0
    performed: int = 0
    rejected: int = 0
    undelivered: int = 0
    _tabs: OrderedDict[str, BrowserTab] = field(default_factory=OrderedDict)
    _idle_tabs: OrderedDict[str, BrowserTab] = field(default_factory=OrderedDict)
    _sent: defaultdict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))

    def send_line(self, where: str, line: bytes) -> None:
        """Send one line of NDJSON; record a line that cannot be read or sent as a reject; skip an empty line."""
        if not line.strip():
            return
        self.events += 1
        try:
            event = self._read_event(line)
        except jzb.JzbError as error:
            self._reject(where, error, line)
            return
        tab = self._tab(event)
        outcomes = tab.send(event)
        self._leave_idle_pages(tab.now)
        for outcome in outcomes:
            self.performed += outcome.performed
            if outcome.failure:
                self._reject(where, outcome.failure, line)
        if self.on_processed:
            self.on_processed(event, next((str(outcome.failure) for outcome in outcomes if outcome.failure), ""))

    def send(self, event: Event) -> int:
        """Send an event through its visitor's tab; return the number of actions performed, or raise the failure."""
        outcomes = self._tab(event).send(event)
        for outcome in outcomes:
            if outcome.failure:
                raise outcome.failure
        self._sent[_visitor(event)].append(event)
        return sum(outcome.performed for outcome in outcomes)

    def leave(self) -> None:
        """Make every visitor leave the page, which sends all waiting events; visitors who return are recognized."""
        for visitor, tab in self._tabs.items():
            self._leave(visitor, tab)

    def close(self) -> None:
        """Make every visitor leave the page, and delete all visitors."""
        self.leave()
        self._tabs.clear()
        self._idle_tabs.clear()

    def _read_event(self, line: bytes) -> Event:
        """Return the event of a line, perhaps without members that nothing reads; raise JzbError."""
        event = self._read(line)
        if not isinstance(event, dict):
            raise jzb.JzbError("json", "not a Segment event: give a JSON object")
        if not isinstance(event.get("type"), str):
            raise jzb.JzbError("json", "not a Segment event: give it a `type`")
        return event

    @cached_property
    def _read(self) -> Callable[[bytes], Any]:
        """The function that reads a line; it reads whole events for other destinations and for reports."""
        if self.config.other_destinations or self.on_processed:
            return read_whole
        return EventReader(self.config.plugins, PATHS).read

    def _leave_idle_pages(self, now: int) -> None:
        """Leave pages without events for half an hour of the stream, because the agent of each page takes memory.

        The `pages_kept` last pages stay, so that a visitor whose events are not in the order of time has one page.
        """
        while len(self._tabs) > self.pages_kept:
            visitor, tab = next(iter(self._tabs.items()))
            if now - tab.now <= PAGE_LIFETIME_MS:
                return
            del self._tabs[visitor]
            self._idle_tabs[visitor] = tab
            self._leave(visitor, tab)

    def _leave(self, visitor: str, tab: BrowserTab) -> None:
        tab.leave()
        sent = self._sent.pop(visitor, [])
        if sent and not tab.undelivered:
            self.on_delivered(sent)
        self.undelivered += tab.undelivered
        tab.undelivered = 0

    def _tab(self, event: Event) -> BrowserTab:
        visitor = _visitor(event)
        if visitor not in self._tabs:
            idle = self._idle_tabs
            self._tabs[visitor] = idle.pop(visitor) if visitor in idle else BrowserTab(self.config)
        self._tabs.move_to_end(visitor)
        if len(self._tabs) + len(self._idle_tabs) > MAX_VISITORS:
            self._leave(*(self._idle_tabs or self._tabs).popitem(last=False))
        return self._tabs[visitor]

    def _reject(self, where: str, reason: Exception, line: bytes) -> None:
        self.rejected += 1
        self.rejects.add(RejectedEvent(where, str(reason), line.decode("utf-8", "replace").rstrip("\n")))


def _visitor(event: Event) -> str:
    return text(event.get("anonymousId") or event.get("userId"))
