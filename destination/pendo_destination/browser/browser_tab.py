"""One visitor's browser tab in device mode: Segment's library, the destinations and the agent, page by page."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from msgspec import Struct, field

from pendo_contracts.wire.envelope import Envelope
from pendo_destination.agent import Agent, BrowserState, Page
from pendo_destination.destinations.delivery_outcome import try_step
from pendo_destination.errors import DestinationError
from pendo_destination.runtime.stored_identity import StoredIdentity

if TYPE_CHECKING:
    from pendo_destination.browser.site_config import SiteConfig
    from pendo_destination.destinations.delivery_outcome import DeliveryOutcome, Destination
    from pendo_destination.runtime.definition import Event

# Assumed: a visitor who returns after half an hour has reloaded the page. The agent's session ends at that time too.
PAGE_LIFETIME_MS: Final = 30 * 60 * 1000
DRAIN_TIMEOUT_MS: Final = 10_000
DEFAULT_URL: Final = "https://app.example/"
# The members of an event that a tab, and the identity stored in it, read.
PATHS: Final = (("timestamp",), ("context", "page", "url"), ("anonymousId",), ("userId",), ("groupId",), ("traits",))


class BrowserTab(Struct):
    """One visitor's browser tab, driven by that visitor's events in order.

    Its clock follows the timestamps of the events, so a day of events takes only as long as sending them.
    """

    config: SiteConfig
    analytics: StoredIdentity = field(default_factory=StoredIdentity)
    browser: BrowserState = field(default_factory=BrowserState)
    undelivered: int = 0
    _now: int = 0
    _url: str = DEFAULT_URL
    _agent: Agent | None = None
    _destinations: tuple[Destination, ...] = ()

    @property
    def now(self) -> int:
        """The time of the tab's last event, in milliseconds since 1970."""
        return self._now

    def send(self, event: Event) -> list[DeliveryOutcome]:
        """Deliver an event to every destination and return the outcomes.

        A failure of one destination does not affect the others (observed in published code). Raises UnreachableError
        if a host does not answer.
        """
        moment = _milliseconds(event.get("timestamp"))
        if moment is None:
            moment = self._now or self.config.clock()
        if moment - self._now > PAGE_LIFETIME_MS:
            self.leave()
        self._now = max(self._now, moment)
        self._navigate(_page_url(event, self._url))
        if not self._destinations:
            self.analytics.restore_before(event)
            self._destinations = self.config.install(self._connect)
        starts = [try_step(destination.load, self.analytics) for destination in self._destinations]
        if self._agent:
            self._agent.run_pending()
        self.analytics.update(event)
        return [
            start if start.failure else try_step(destination.deliver, event)
            for destination, start in zip(self._destinations, starts, strict=True)
        ]

    def leave(self) -> None:
        """Leave the page and send all waiting events; count the visit as undelivered if this fails until a timeout."""
        if self._agent and not self._agent.drain(self._sleep, self._now + DRAIN_TIMEOUT_MS):
            self.undelivered += 1
        if self._agent:
            self._agent.unload()
        self._agent = None
        self._destinations = ()

    def _navigate(self, url: str) -> None:
        """Go to a URL; only another origin loads a new page, as in a single-page application."""
        if _origin(url) != _origin(self._url):
            self.leave()
        moved, self._url = url != self._url, url
        if self._agent and moved:
            self._agent.run_pending()
            self._agent.push_state(url)

    def _connect(self, script: str) -> Agent:
        """Fetch the script and its configuration, and return the page's agent.

        A page has one agent: a second script finds it running and does nothing (observed in the published agent).
        """
        self._fetch(script)
        if self._agent is None:
            hosted = self._fetch_config(f"{script.rpartition('/')[0]}/config.json")
            self._agent = Agent(
                hosted,
                self.config.transport,
                Page(self._url),
                browser=self.browser,
                clock=lambda: self._now,
                make_id=self.config.make_id,
            )
        return self._agent

    def _fetch_config(self, url: str) -> dict[str, Any]:
        try:
            config = json.loads(self._fetch(url))
        except (ValueError, RecursionError):
            config = None
        if not isinstance(config, dict):
            message = f"the answer of {url} is not a JSON object, so the agent cannot start"
            raise DestinationError(message, kind="no_agent")
        return config

    def _fetch(self, url: str) -> bytes:
        if not urlsplit(url).netloc:
            message = f"{url} has no host: correct the region or cnameContentHost setting"
            raise DestinationError(message, kind="no_agent")
        response = self.config.transport(Envelope("GET", url, {}, b"", self._now))
        if not response.good:
            message = f"{url} was answered with {response.status}, so the agent cannot start"
            raise DestinationError(message, kind="no_agent", status=response.status)
        return response.body

    def _sleep(self, seconds: float) -> None:
        self.config.sleep(seconds)
        self._now += int(seconds * 1000) + 1


def _milliseconds(timestamp: Any) -> int | None:
    try:
        return int(datetime.fromisoformat(timestamp).timestamp() * 1000)
    except (TypeError, ValueError):
        return None


def _page_url(event: Event, default: str) -> str:
    """Return the URL of an event's page, or the default if the event has no usable URL."""
    context = event.get("context")
    page = context.get("page") if isinstance(context, dict) else None
    url = page.get("url") if isinstance(page, dict) else None
    try:
        return _join(default, url) if isinstance(url, str) else default
    except ValueError:
        return default


_join = lru_cache(maxsize=4096)(urljoin)


@lru_cache(maxsize=4096)
def _origin(url: str) -> tuple[str, str]:
    scheme, host, *_ = urlsplit(url)
    return scheme, host
