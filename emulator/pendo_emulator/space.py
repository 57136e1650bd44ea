"""Space: one API key on one emulator; whoever holds a fresh key is alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pendo_contracts.judge import judge_stream
from pendo_contracts.report import Report, as_text, summarize
from pendo_contracts.rules import RULES
from pendo_emulator.faults.fault import read_fault
from pendo_emulator.storage.query import PAGE_LIMIT, Query
from pendo_emulator.subscription import read_subscription

if TYPE_CHECKING:
    from pendo_contracts.event import Event
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.faults.active import ActiveFault
    from pendo_emulator.server import Emulator


class NotKeptError(AssertionError):
    """What arrived is not what was expected; the text is a report of what did."""


@dataclass(frozen=True)
class Space:
    """What one API key received.

    Filters are the fields of Query: region, endpoint, good, type, name, visitor_id, account_id, after.
    """

    emulator: Emulator
    api_key: str

    @classmethod
    def fresh(cls, emulator: Emulator) -> Space:
        """Make a space that nobody else uses."""
        space = cls(emulator, str(uuid4()))
        emulator.recorder.mark_in_use(space.api_key)
        return space

    @property
    def url(self) -> str:
        """The emulator's address."""
        return self.emulator.url

    def host_url(self, host: str) -> str:
        """Address a host of Pendo's, or a CNAME, without DNS."""
        return self.emulator.host_url(host)

    def fault(self, **members: Any) -> None:
        """Let something go wrong for this key, from now on: `space.fault(endpoint="ptm.gif", status=503, times=2)`.

        The contract `fault` says which members there are; raises BrokenDocumentError for others.
        """
        self.emulator.recorder.add_faults(self.api_key, [read_fault(members)])

    def faults(self) -> tuple[ActiveFault, ...]:
        """List what goes wrong for this key, and how often it did."""
        return self.emulator.recorder.key_settings(self.api_key).faults.active

    def clear_faults(self) -> int:
        """Put everything right; return how many faults stood."""
        return self.emulator.recorder.clear_faults(self.api_key)

    def subscribe(self, **members: Any) -> None:
        """Set what Pendo knows of this key: `space.subscribe(region="eu", segment_track=True)`.

        The contract `subscription` says which members there are; raises BrokenDocumentError for others.
        """
        self.emulator.recorder.subscribe(self.api_key, read_subscription(members))

    def exchanges(self, **filters: Any) -> list[Exchange]:
        """List exchanges, oldest first, at most a page of them."""
        return self.emulator.recorder.read(self._query(filters), PAGE_LIMIT)

    def events(self, **filters: Any) -> list[Event]:
        """List the events of the matching exchanges; with `type`, events of that type only."""
        events = (event for exchange in self.exchanges(**filters) for event in exchange.beacon.events)
        return [event for event in events if filters.get("type") in {None, event.type}]

    def wait(self, count: int = 1, timeout: float = 5.0, **filters: Any) -> list[Exchange]:
        """Wait until `count` match within `timeout` seconds and list them; raise NotKeptError if they do not."""
        found = self.emulator.recorder.wait(self._query(filters), count, timeout)
        if found < count:
            wanted = " ".join(f"{name}={value}" for name, value in filters.items())
            raise NotKeptError(f"{found} of {count} {wanted} arrived within {timeout:g} s\n{self._text()}")
        return self.exchanges(**filters)

    def expect_silence(self, seconds: float = 0.2, **filters: Any) -> None:
        """Raise NotKeptError if anything that matches arrives within `seconds`."""
        recorder = self.emulator.recorder
        if arrived := recorder.wait(recorder.from_now_on(self._query(filters)), 1, seconds):
            raise NotKeptError(f"{arrived} arrived where nothing should have\n{self._text()}")

    def report(self) -> Report:
        """Report everything this key received."""
        exchanges = self.emulator.recorder.read_all(Query(api_key=self.api_key))
        return summarize(judge_stream(exchanges, RULES))

    def assert_kept(self) -> None:
        """Raise NotKeptError unless something arrived and every contract was kept."""
        report = self.report()
        if not report.good or report.requests == 0:
            raise NotKeptError(as_text(report) if report.requests else "nothing arrived")

    def clear(self) -> int:
        """Forget what this key received; return how many exchanges that was."""
        return self.emulator.recorder.clear(self.api_key)

    def _query(self, filters: dict[str, Any]) -> Query:
        return Query(api_key=self.api_key, **filters)

    def _text(self) -> str:
        return as_text(self.report())
