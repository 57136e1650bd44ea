"""Plays sequences of calls in Chromium and returns the requests that the agent of each page sent."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from tests.fidelity.parity.page_server import PageServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.wire.envelope import Envelope
    from pendo_destination.conformance.agent import Case

    Pages = list[list[Envelope]]

TABS: Final = 4
STALL_TIMEOUT: Final = 60
LATE_REQUESTS: Final = 0.5
FLAGS: Final = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-popup-blocking",
    "--disable-renderer-backgrounding", "--disable-dev-shm-usage", "--accept-lang=en-US", "--no-proxy-server",
)  # fmt: skip


def play_in_chromium(cases: Sequence[Case], agent: str) -> list[Pages]:
    """Play cases in a few tabs of one Chromium; return the requests of each page of each case.

    `agent` is a JavaScript expression: the function that starts the agent. Raises TimeoutError if no page finishes for
    STALL_TIMEOUT seconds, and FileNotFoundError if Chromium is not installed.
    """
    server = PageServer(cases, agent)
    with run_server(server), run_chromium(server.server_port):
        while not server.finished.wait(1):
            if time.monotonic() - server.progress_at > STALL_TIMEOUT:
                raise TimeoutError(
                    f"no page finished for {STALL_TIMEOUT} s; unfinished cases: {server.unfinished()[:TABS]}"
                )
        time.sleep(LATE_REQUESTS)
    return [
        [sorted(server.sent[number, page], key=time_made) for page in range(len(case["pages"]))]
        for number, case in enumerate(cases)
    ]


def time_made(envelope: Envelope) -> int:
    """Return when a request was made, in milliseconds; requests may arrive in another order."""
    return int(parse_qs(urlsplit(envelope.url).query).get("ct", ["0"])[0])


@contextmanager
def run_server(server: PageServer) -> Iterator[None]:
    """Run the server in a thread."""
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def run_chromium(port: int) -> Iterator[None]:
    """Run Chromium with TABS tabs; it resolves every host name to this port of 127.0.0.1."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise FileNotFoundError("Chromium is not installed; install it, for example with: apt-get install chromium")
    rules = f"--host-resolver-rules=MAP *:80 127.0.0.1:{port},MAP * 127.0.0.1"
    with tempfile.TemporaryDirectory(prefix="parity-", ignore_cleanup_errors=True) as profile:
        command = [chromium, *FLAGS, rules, f"--user-data-dir={profile}", f"http://start.app.test/tabs/{TABS}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.terminate()
            process.wait()
