"""VirtualTab: a browser tab with the Python agent, in which the steps of a scenario run without waiting."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from pendo_contracts.wire.envelope import Envelope, Response
from pendo_contracts.wire.region import REGIONS
from pendo_destination.agent import Agent, BrowserState, Page
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations import classic, webhook
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import DestinationError
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text
from pendo_destination.runtime.configuration import Configuration, read_configuration
from pendo_destination.runtime.settings_check import with_defaults
from pendo_destination.runtime.stored_identity import StoredIdentity
from pendo_destination.scenarios.running.engage_steps import engage_request
from pendo_destination.scenarios.running.page_text import page_text, snippet_call
from pendo_destination.scenarios.running.recording_transport import RecordingTransport
from pendo_destination.scenarios.running.segment_library import SegmentLibrary
from pendo_destination.transport.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pendo_contracts.scenarios.scenario import Scenario, Step
    from pendo_destination.destinations.delivery_outcome import Destination, PagePlugin
    from pendo_destination.runtime.definition import Event
    from pendo_destination.scenarios.running.har_log import HarLog
    from pendo_destination.transport.http_transport import Transport

DRAIN_MS: Final = 10_000
STEP_MS: Final = 40
ID_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

_CAPITAL: Final = re.compile(r"[A-Z]")


class VirtualTab:
    """Runs the steps of a scenario with the Python agent; its clock advances by the pauses of the scenario only.

    `integration_keys` are the keys of the Engage API by their kind, `read` and `write`.
    """

    def __init__(
        self,
        scenario: Scenario,
        api_key: str,
        transport: Transport,
        log: HarLog,
        integration_keys: Mapping[str, str],
    ) -> None:
        self._scenario, self._key, self._log = scenario, api_key, log
        self._integration_keys = integration_keys
        self._now = scenario.clock
        self._random = Random(scenario.name)  # noqa: S311 - repeatable ids, not secrets
        self._library = SegmentLibrary(self._random)
        self._transport = RecordingTransport(transport, log, scenario.blocked, lambda: self._url)
        self._config = self._site_config()
        self._browser, self._analytics = BrowserState(), StoredIdentity()
        self._url = scenario.page.url
        self._agent: Agent | None = None
        self._failed = set[str]()
        self._destinations: tuple[Destination, ...] = ()

    def run(self) -> None:
        """Open the page, make every step, and leave the page."""
        steps = self._scenario.steps
        self._open(self._scenario.page.url, steps)
        for number, step in enumerate(steps, 1):
            if step.kind == "open":
                self._open(step.value, steps[number:])
            else:
                self._make(step)
            self._advance(STEP_MS)
        self._leave()

    def _make(self, step: Step) -> None:
        steps: Mapping[str, Callable[[Any], object]] = {
            "segment": self._call_segment,
            "pendo": self._call_pendo,
            "server": self._post,
            "engage": self._ask,
            "wait": lambda seconds: self._advance(int(seconds * 1000)),
            "lose_cookies": self._lose_cookies,
            "load_script": self._load_script,
        }
        steps[step.kind](step.value)

    def _open(self, url: str, steps: Sequence[Step]) -> None:
        """Leave the page and open another one, on which the snippets run; `steps` follow on it."""
        self._leave()
        self._url = self._log.page = url
        policy = self._scenario.page.policy
        headers = {"content-type": "text/html"} | ({"content-security-policy": policy} if policy else {})
        body = page_text(self._scenario, self._key, snippet_call(self._scenario, steps)).encode()
        self._log.add(Envelope("GET", url, {}, b"", self._now), "document", Response(200, headers, body))
        self._advance(STEP_MS)
        if self._scenario.page.snippet:
            self._load_script(self._scenario.page.script_host)
        self._destinations = self._config.install(self._connect)
        for destination in self._destinations:
            _attempt(destination.load, self._analytics)

    def _load_script(self, host: str) -> None:
        _attempt(self._connect, f"{host}/agent/static/{self._key}/pendo.js")

    def _connect(self, script: str) -> Agent:
        """Load a script as a browser does: an address without a scheme is a path on the page's own host (observed).

        A page has one agent: a second script finds it running and does nothing. A script that fails is not loaded
        again (observed).
        """
        url = urljoin(self._url, script)
        if url in self._failed:
            raise DestinationError(f"{url} gave no script", kind="no_agent")
        self._failed.add(url)
        response = self._transport(Envelope("GET", url, {}, b"", self._now))
        self._advance(STEP_MS)
        if not response.good or "html" in response.headers.get("content-type", ""):
            raise DestinationError(f"{url} gives no script", kind="no_agent", status=response.status)
        self._failed.discard(url)
        if self._agent is None:
            config = json.loads(self._fetch_config(url))
            self._agent = Agent(
                config, self._transport, Page(self._url), browser=self._browser, clock=lambda: self._now,
                make_id=lambda length: "".join(self._random.choices(ID_LETTERS, k=length)),
            )  # fmt: skip
        return self._agent

    def _fetch_config(self, script: str) -> bytes:
        return self._transport(Envelope("GET", f"{script.rpartition('/')[0]}/config.json", {}, b"", self._now)).body

    def _call_segment(self, call: Mapping[str, Any]) -> None:
        if call["type"] == "reset":
            self._library.reset()
            return
        event = self._library.event(call, self._url, datetime.fromtimestamp(self._now / 1000, UTC))
        self._analytics.update(event)
        for destination in self._destinations:
            _attempt(_load_and_deliver, destination, self._analytics, event)

    def _call_pendo(self, call: list[Any]) -> None:
        """Call window.pendo; without an agent the snippet's stubs only queue the call."""
        if self._agent:
            method, *arguments = call
            getattr(self._agent, _CAPITAL.sub(lambda letter: f"_{letter[0].lower()}", method))(*arguments)

    def _post(self, request: Mapping[str, Any]) -> None:
        """Send a request of a server: it does not come from the page."""
        url = f"https://{request.get('host', REGIONS['io'].data_host)}{request['path']}".replace("{key}", self._key)
        given = {name: value.replace("{key}", self._key) for name, value in request.get("headers", {}).items()}
        headers = {"content-type": "application/json", **given}
        _attempt(self._transport, Envelope("POST", url, headers, text(stringify(request["body"])).encode(), self._now))

    def _ask(self, step: Mapping[str, Any]) -> None:
        """Send a request of a client to the Engage API: it does not come from the page."""
        _attempt(self._transport, engage_request(step, self._integration_keys, self._key, self._now))

    def _lose_cookies(self, _value: Any) -> None:
        """Delete the browser's storage, and continue on a new page."""
        self._leave()
        self._browser, self._analytics = BrowserState(), StoredIdentity()
        self._library.reset()

    def _leave(self) -> None:
        if self._agent:
            self._agent.drain(lambda seconds: self._advance(int(seconds * 1000) + 1), self._now + DRAIN_MS)
            self._agent.unload()
        self._agent, self._destinations, self._failed = None, (), set()

    def _advance(self, milliseconds: int) -> None:
        """Let time pass, and run the timers of the agent at their times."""
        until = self._now + milliseconds
        while self._agent and (due := self._agent.next_due) is not None and due <= until:
            self._now = max(self._now, due)
            self._agent.run_pending()
        self._now = until

    def _site_config(self) -> SiteConfig:
        """Return the configuration of Segment's destinations; mistakes in the settings stay, as in the browser."""
        settings = {"apiKey": self._key, **self._scenario.settings}
        through = self._scenario.through
        actions = {key: settings[key] for key in settings if key in {*PENDO_WEB.settings, "subscriptions"}}
        configuration = read_configuration(PENDO_WEB, actions) if "actions" in through else Configuration({}, ())
        others: list[PagePlugin] = []
        if "classic" in through:
            own = {key: settings[key] for key in settings if key in classic.SETTINGS}
            others.append(partial(classic.ClassicIntegration, own))
        if "webhook" in through:
            others.append(lambda _connect: self._webhook(settings))
        return SiteConfig.from_configuration(PENDO_WEB, configuration, self._transport, "browser", tuple(others))

    def _webhook(self, settings: Mapping[str, Any]) -> webhook.Webhook:
        own = {key: settings[key] for key in settings if key in webhook.SETTINGS}
        region = next((name for name, one in REGIONS.items() if urlsplit(text(own.get("region"))).netloc
                       == one.content_host), own.get("region", "io"))  # fmt: skip
        retry = Retry(1, sleep=lambda _seconds: None, clock=lambda: self._now / 1000)
        return webhook.Webhook(with_defaults(webhook.SETTINGS, own | {"region": region}), self._transport, retry)


def _attempt(step: Callable[..., object], *arguments: Any) -> None:
    """Run a step; a request that fails is recorded, and the page goes on."""
    try:
        step(*arguments)
    except DestinationError:
        return


def _load_and_deliver(destination: Destination, analytics: StoredIdentity, event: Event) -> None:
    destination.load(analytics)
    destination.deliver(event)
