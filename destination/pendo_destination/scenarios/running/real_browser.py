"""Runs scenarios with the real agent in Chromium."""

from __future__ import annotations

import shutil
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pendo_contracts.wire.envelope import Envelope, Response
from pendo_destination.errors import DestinationError
from pendo_destination.scenarios.running.har_log import HarLog
from pendo_destination.scenarios.running.page_text import page_text, snippet_call
from pendo_destination.scenarios.running.recording_transport import NOT_FOUND, find_block, without_varying_headers
from pendo_destination.transport.http_transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from playwright.sync_api import Browser, Page, Request, Route

    from pendo_contracts.scenarios.scenario import BlockReason, Scenario, Step
    from pendo_destination.transport.http_transport import Transport

FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
# The longest time to wait for answers, which come from this machine.
SETTLE_SECONDS: Final = 15.0
# Loading a page takes a second; a busy machine needs much longer.
TIMEOUT_MS: Final = 90_000

# Names of Playwright. The browser itself applies the policy of the page and blocks mixed content.
_FAILURES: Final[Mapping[BlockReason, str]] = {
    "client": "blockedbyclient", "name": "namenotresolved", "network": "connectionreset",
}  # fmt: skip
_ABORTED: Final = "net::ERR_ABORTED"
_CALL: Final = "([method, values]) => { if (window.pendo && pendo[method]) pendo[method](...values) }"
_FLUSH: Final = "() => { if (window.pendo && pendo.flushNow) pendo.flushNow() }"
_LOAD: Final = "src => document.head.append(Object.assign(document.createElement('script'), { src }))"
_FORGET: Final = "() => { localStorage.clear(); sessionStorage.clear() }"


class BrowserError(Exception):
    """Playwright or Chromium is not installed, or it failed; the text says what to do."""


class RealBrowser:
    """Runs scenarios in a Chromium, each with a new profile."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def play(self, scenario: Scenario, url: str, api_key: str) -> dict[str, Any]:
        """Make the steps of a scenario with the agent that the emulator at a URL serves; return a HAR.

        Raises BrowserError if the browser fails.
        """
        from playwright.sync_api import Error  # noqa: PLC0415 - only a run in a browser needs it

        context = self._browser.new_context(locale="en-US")
        context.set_default_timeout(TIMEOUT_MS)
        log = HarLog("pendo-destination scenario in Chromium")
        try:
            with closing(HttpTransport(url)) as transport:
                _PlayedScenario(scenario, api_key, transport, log, context.new_page()).run()
        except Error as error:
            raise BrowserError(f"{scenario.name}: Chromium failed: {str(error).splitlines()[0]}; try again") from error
        finally:
            context.close()
        return log.to_json()


@contextmanager
def launched_chromium() -> Iterator[RealBrowser]:
    """Run a Chromium; raise BrowserError if Playwright or Chromium is not installed or does not start."""
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - only a run in a browser needs it
    except ImportError as error:
        message = "a run in a browser needs Playwright: pip install 'pendo-emulator[browser]'"
        raise BrowserError(message) from error
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None:
        raise BrowserError("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS])
        except Error as error:
            raise BrowserError(f"Chromium does not start: {str(error).splitlines()[0]}") from error
        with closing(browser):
            yield RealBrowser(browser)


class _PlayedScenario:
    """The steps of one scenario on one page of the browser; the emulator answers all requests."""

    def __init__(self, scenario: Scenario, api_key: str, transport: Transport, log: HarLog, page: Page) -> None:
        self._scenario, self._key, self._transport, self._log, self._page = scenario, api_key, transport, log, page
        self._text = ""
        self._waiting: dict[Request, Response | None] = {}
        self._started: dict[Request, int] = {}
        page.on("request", self._note)
        page.on("requestfinished", lambda request: self._record(request, ""))
        page.on("requestfailed", lambda request: self._record(request, request.failure or ""))
        page.route("**/*", self._answer)

    def run(self) -> None:
        steps = self._scenario.steps
        self._open(self._scenario.page.url, steps)
        for number, step in enumerate(steps, 1):
            if step.kind == "open":
                self._open(step.value, steps[number:])
            else:
                self._make(step)
        self._page.evaluate(_FLUSH)
        self._settle()
        self._log.entries.sort(key=lambda entry: str(entry["startedDateTime"]))

    def _make(self, step: Step) -> None:
        match step.kind:
            case "pendo" if step is not self._start:
                method, *values = step.value
                self._page.evaluate(_CALL, [method, values])
            case "wait":
                self._page.wait_for_timeout(step.value * 1000)
                self._settle()
            case "lose_cookies":
                self._page.evaluate(_FORGET)
            case "load_script":
                self._page.evaluate(_LOAD, f"{step.value}/agent/static/{self._key}/pendo.js")

    def _open(self, url: str, steps: Sequence[Step]) -> None:
        self._start = snippet_call(self._scenario, steps)
        self._text = page_text(self._scenario, self._key, self._start)
        self._page.goto(url, wait_until="load")
        self._log.page = url
        self._settle()

    def _answer(self, route: Route) -> None:
        """Answer a request as the shop's server, the network or Pendo's host would."""
        request = route.request
        block = find_block(self._scenario.blocked, request.url)
        if block and block.reason in _FAILURES:
            route.abort(_FAILURES[block.reason])
            return
        try:
            response = self._response(request)
        except DestinationError:
            route.abort(_FAILURES["network"])
            return
        self._waiting[request] = response
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        route.fulfill(status=response.status, headers=headers, body=response.body)

    def _response(self, request: Request) -> Response:
        if request.resource_type == "document":
            policy = self._scenario.page.policy
            headers = {"content-type": "text/html"} | ({"content-security-policy": policy} if policy else {})
            return Response(200, headers, self._text.encode())
        if urlsplit(request.url).netloc == urlsplit(self._page.url).netloc:
            return NOT_FOUND
        return without_varying_headers(self._transport(_envelope(request, self._started[request])))

    def _note(self, request: Request) -> None:
        self._waiting[request] = None
        self._started[request] = time.time_ns() // 1_000_000

    def _record(self, request: Request, reason: str) -> None:
        """Record a request that has ended, except an icon inside the page."""
        response = self._waiting.pop(request, None)
        started = self._started.pop(request, None)
        if started is not None and not request.url.startswith("data:"):
            duration = max(1, time.time_ns() // 1_000_000 - started)
            envelope = _envelope(request, started)
            # Chromium stops reading a script with a bad status, and its developer tools show the status (observed).
            answer = response if reason in {"", _ABORTED} else None
            self._log.add(envelope, request.resource_type, answer, reason, duration)

    def _settle(self) -> None:
        """Wait until no request is open."""
        deadline = time.monotonic() + SETTLE_SECONDS
        self._page.wait_for_timeout(50)
        while self._waiting and time.monotonic() < deadline:
            self._page.wait_for_timeout(20)


def _envelope(request: Request, started: int) -> Envelope:
    return Envelope(request.method, request.url, dict(request.headers), request.post_data_buffer or b"", started)
