"""Site: all visitors of one destination instance, each with a device of their own, fed by a stream of events."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts import jzb
from pendo_destination.browser.device import Device
from pendo_destination.browser.rejects import Reject, Rejects
from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_destination.browser.device import Setup
    from pendo_destination.runtime.instance import Event

# So many visitors are remembered; who was not seen for longest is forgotten, and comes back in a new browser.
VISITORS_LIMIT: Final = 10_000


@dataclass(slots=True)
class Site:
    """The visitors of a site, and what became of their events.

    `rejects` takes every line that was not sent. `settle` is told the events given to `send` once their visitor has
    left and all that they caused was taken.
    """

    setup: Setup
    rejects: Rejects = field(default_factory=Rejects)
    settle: Callable[[list[Event]], object] = lambda _events: None
    events: int = 0
    performed: int = 0
    rejected: int = 0
    undelivered: int = 0
    _devices: OrderedDict[str, Device] = field(default_factory=OrderedDict)
    _sent: defaultdict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))

    def send_line(self, where: str, line: bytes) -> None:
        """Send one line of NDJSON; what is no event, or is refused, becomes a reject; an empty line is nothing."""
        if not line.strip():
            return
        self.events += 1
        try:
            event = _read_event(line)
        except jzb.JzbError as error:
            self._reject(where, error, line)
            return
        for outcome in self._device(event).send(event):
            self.performed += outcome.performed
            if outcome.failure:
                self._reject(where, outcome.failure, line)

    def send(self, event: Event) -> int:
        """Send an event through its visitor's device; return how many actions were performed, or raise a failure."""
        outcomes = self._device(event).send(event)
        for outcome in outcomes:
            if outcome.failure:
                raise outcome.failure
        self._sent[_visitor(event)].append(event)
        return sum(outcome.performed for outcome in outcomes)

    def leave(self) -> None:
        """Have every visitor leave the page, so that everything is sent; who comes back is known."""
        for visitor, device in self._devices.items():
            self._leave(visitor, device)

    def close(self) -> None:
        """Have every visitor leave for good."""
        self.leave()
        self._devices.clear()

    def _leave(self, visitor: str, device: Device) -> None:
        device.leave()
        sent = self._sent.pop(visitor, [])
        if sent and not device.undelivered:
            self.settle(sent)
        self.undelivered += device.undelivered
        device.undelivered = 0

    def _device(self, event: Event) -> Device:
        visitor = _visitor(event)
        if visitor not in self._devices:
            self._devices[visitor] = Device(self.setup)
        self._devices.move_to_end(visitor)
        if len(self._devices) > VISITORS_LIMIT:
            self._leave(*self._devices.popitem(last=False))
        return self._devices[visitor]

    def _reject(self, where: str, reason: Exception, line: bytes) -> None:
        self.rejected += 1
        self.rejects.add(Reject(where, str(reason), line.decode("utf-8", "replace").rstrip("\n")))


def _visitor(event: Event) -> str:
    return text(event.get("anonymousId") or event.get("userId"))


def _read_event(line: bytes) -> Event:
    event: Any = jzb.parse(line)
    if not isinstance(event, dict):
        raise jzb.JzbError("json", "not a Segment event: it is no JSON object")
    if not isinstance(event.get("type"), str):
        raise jzb.JzbError("json", "not a Segment event: it has no `type`")
    return event
