"""Visits the timeline in Chromium and measures its times, its frames and its memory."""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.bench.console.ingest import send_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

    from tests.bench.console.server import Server

# In seconds: how long the page may take to show the last event.
PATIENCE: Final = 30
SCROLLS: Final = 150
QUERIES: Final = ("type:track", "type:load is:kept", "-type:load visitor:*a*", "is:broken", "")
# Counts long frames from their first task to their last paint.
OBSERVE: Final = """() => { window.frames_ = [];
  new PerformanceObserver(list => list.getEntries().forEach(one => frames_.push(one.duration)))
    .observe({ type: 'long-animation-frame' }); }"""
LONGEST: Final = "() => { const longest = Math.max(0, ...frames_); frames_.length = 0; return longest; }"
FIRST_ROWS: Final = """() => document.querySelector('#status')?.dataset.state === 'live'
  && document.querySelectorAll('.rows .verdict').length > 10 && performance.now()"""
SCROLL: Final = """async steps => { const grid = document.querySelector('.grid');
  for (let step = 0; step < steps; step += 1) {
    grid.scrollTop += step % 10 ? 400 : 20000;
    await new Promise(requestAnimationFrame);
  } }"""


class Visit(NamedTuple):
    """Seconds until the rows are shown and live; the longest frames in milliseconds, 0 if none exceeded 50 ms."""

    interactive: float
    longest_scroll: float
    longest_filter: float


class Watched(NamedTuple):
    """Numbers of events, seconds from the end of sending until all are shown, and growth of memory in bytes."""

    sent: int
    shown: int
    behind: float
    tab_growth: float
    server_growth: float


def start_chromium(playwright: Playwright) -> Browser:
    """Start Chromium without a window."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--no-proxy-server"]
    )


def visit_large_key(browser: Browser, url: str, key: str) -> Visit:
    """Open a key, scroll down while older events are loaded, and filter."""
    page = browser.new_page()
    page.goto(f"{url}/?key={key}")
    interactive = page.wait_for_function(FIRST_ROWS, polling=5).json_value() / 1000
    page.evaluate(OBSERVE)
    page.evaluate(SCROLL, SCROLLS)
    scroll = page.evaluate(LONGEST)
    for query in QUERIES:
        page.fill("#q", query)
        page.wait_for_timeout(900)
    longest = page.evaluate(LONGEST)
    page.close()
    return Visit(interactive, scroll, longest)


def watch_stream(browser: Browser, server: Server, key: str, rate: int, seconds: int) -> Watched:
    """Watch events arrive, and measure memory after the first tenth and at the end."""
    page = browser.new_page()
    page.goto(f"{server.url}/?key={key}")
    page.wait_for_selector("#status[data-state=live]")
    with ThreadPoolExecutor(1) as threads:
        warm_up = send_at(server, key, rate, max(1, seconds // 10))
        tab, memory = _tab_memory(page), server.memory
        sending = threads.submit(send_at, server, key, rate, seconds)
        while not sending.done():
            page.wait_for_timeout(50)
        sent, ended = warm_up + sending.result(), time.monotonic()
    while (shown := _shown(page)) < sent and time.monotonic() < ended + PATIENCE:
        page.wait_for_timeout(50)
    behind = time.monotonic() - ended
    growth = _tab_memory(page) - tab
    page.close()
    return Watched(sent, shown, behind, growth, server.memory - memory)


def _shown(page: Page) -> int:
    return int(page.locator("#status").inner_text().split(" event")[0].replace(",", "").rstrip("+") or 0)


def _tab_memory(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    used = float(session.send("Runtime.getHeapUsage")["usedSize"])
    session.detach()
    return used
