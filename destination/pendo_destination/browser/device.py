"""Device: one visitor's browser in device mode: Segment's library, the destination and the agent, page by page."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from pendo_contracts.envelope import Envelope
from pendo_destination.agent import Agent, Browser, Page
from pendo_destination.destinations.delivery import try_step
from pendo_destination.errors import DestinationError
from pendo_destination.runtime.analytics import Analytics
from pendo_destination.runtime.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_destination.destinations.delivery import Destination, Install, Outcome
    from pendo_destination.runtime.definition import Connect, Definition
    from pendo_destination.runtime.instance import Event, Plugin, Validation
    from pendo_destination.transport.http import Transport

# Assumed: a visitor who comes back after half an hour has loaded the page anew. The agent's session ends then, too.
PAGE_LIFE: Final = 30 * 60 * 1000
PATIENCE: Final = 10_000
NOWHERE: Final = "https://app.example/"


@dataclass(frozen=True, slots=True)
class Setup:
    """What all visitors of a site share: the destination's set-up and the way to Pendo.

    `beside` are other destinations of the same source: given what connects to a script's agent, each puts itself on a
    page. Without plugins those are all there are.
    """

    definition: Definition
    settings: Mapping[str, Any]
    plugins: tuple[Plugin, ...]
    transport: Transport
    validation: Validation = "documented"
    sleep: Callable[[float], None] = time.sleep
    beside: tuple[Install, ...] = ()

    def install(self, connect: Connect) -> tuple[Destination, ...]:
        """Put the destinations on a page."""
        instance = Instance(self.definition, self.settings, self.plugins, connect, self.validation)
        return (instance, *(install(connect) for install in self.beside))


@dataclass(slots=True)
class Device:
    """One visitor's browser, driven by that visitor's events in order.

    The clock follows the events' timestamps, so that a day passes as fast as it can be sent.
    """

    setup: Setup
    analytics: Analytics = field(default_factory=Analytics)
    browser: Browser = field(default_factory=Browser)
    undelivered: int = 0
    _now: int = 0
    _url: str = NOWHERE
    _agent: Agent | None = None
    _destinations: tuple[Destination, ...] = ()

    def send(self, event: Event) -> list[Outcome]:
        """Let the destinations act on an event; one that fails does not hinder the others: observed in published code.

        Raises UnreachableError if a host does not answer.
        """
        moment = _milliseconds(event.get("timestamp"), self._now)
        if moment - self._now > PAGE_LIFE:
            self.leave()
        self._now = max(self._now, moment)
        self._go(_page_url(event, self._url))
        if not self._destinations:
            self.analytics.expect(event)
            self._destinations = self.setup.install(self._connect)
        starts = [try_step(destination.load, self.analytics) for destination in self._destinations]
        if self._agent:
            self._agent.run_pending()
        self.analytics.observe(event)
        return [
            start if start.failure else try_step(destination.deliver, event)
            for destination, start in zip(self._destinations, starts, strict=True)
        ]

    def leave(self) -> None:
        """Leave the page: everything is sent; what still fails after a while is counted as undelivered."""
        if self._agent and not self._agent.drain(self._sleep, self._now + PATIENCE):
            self.undelivered += 1
        if self._agent:
            self._agent.unload()
        self._agent = None
        self._destinations = ()

    def _go(self, url: str) -> None:
        """Move on to a URL: without loading a page, as single-page applications do, unless it is of another origin."""
        if _origin(url) != _origin(self._url):
            self.leave()
        moved, self._url = url != self._url, url
        if self._agent and moved:
            self._agent.run_pending()
            self._agent.push_state(url)

    def _connect(self, script: str) -> Agent:
        """Fetch the script as a browser does, and beside it the configuration that it carries.

        A page has one agent: the script that comes second finds it running, and leaves it (observed in the published
        agent).
        """
        self._fetch(script)
        if self._agent is None:
            config = json.loads(self._fetch(f"{script.rpartition('/')[0]}/config.json"))
            page = Page(self._url)
            self._agent = Agent(config, self.setup.transport, page, browser=self.browser, clock=lambda: self._now)
        return self._agent

    def _fetch(self, url: str) -> bytes:
        if not urlsplit(url).netloc:
            raise DestinationError(f"{url} has no host: the region and CNAME settings need one", kind="no_agent")
        answer = self.setup.transport(Envelope("GET", url, {}, b"", self._now))
        if not answer.good:
            message = f"{url} was answered with {answer.status}: the agent cannot start"
            raise DestinationError(message, kind="no_agent", status=answer.status)
        return answer.body

    def _sleep(self, seconds: float) -> None:
        self.setup.sleep(seconds)
        self._now += int(seconds * 1000) + 1


def _milliseconds(timestamp: Any, default: int) -> int:
    try:
        return int(datetime.fromisoformat(timestamp).timestamp() * 1000)
    except (TypeError, ValueError):
        return default or time.time_ns() // 1_000_000


def _page_url(event: Event, default: str) -> str:
    """Tell where an event happened: the default, unless it names a URL that a page can have."""
    context = event.get("context")
    page = context.get("page") if isinstance(context, dict) else None
    url = page.get("url") if isinstance(page, dict) else None
    try:
        return urljoin(default, url) if isinstance(url, str) else default
    except ValueError:
        return default


def _origin(url: str) -> tuple[str, str]:
    scheme, host, *_ = urlsplit(url)
    return scheme, host
