"""Sequences of calls played in Chromium: what the agent of each page sent."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.envelope import Envelope
    from pendo_destination.conformance.agent import Case

    Pages = list[list[Envelope]]

TABS: Final = 4
PATIENCE: Final = 60
LAST_WORDS: Final = 0.5
FLAGS: Final = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-popup-blocking",
    "--disable-renderer-backgrounding", "--disable-dev-shm-usage", "--accept-lang=en-US",
)  # fmt: skip


def play(cases: Sequence[Case], agent: str) -> list[Pages]:
    """Play cases in a few tabs of one Chromium; list what each page of each case sent.

    `agent` is a JavaScript expression: the function that starts the agent. Raises TimeoutError where Chromium stands
    still, FileNotFoundError where there is none.
    """
    stage = Stage(cases, agent)
    with serving(stage), browsing(stage.server_port):
        while not stage.finished.wait(1):
            if time.monotonic() - stage.moved_at > PATIENCE:
                raise TimeoutError(f"nothing moved for {PATIENCE} s, in one of {stage.unfinished()[:TABS]}")
        time.sleep(LAST_WORDS)
    return [
        [sorted(stage.sent[number, page], key=moment) for page in range(len(case["pages"]))]
        for number, case in enumerate(cases)
    ]


def moment(envelope: Envelope) -> int:
    """Tell when a request was made; two of one moment may overtake each other on their way."""
    return int(parse_qs(urlsplit(envelope.url).query).get("ct", ["0"])[0])


@contextmanager
def serving(stage: Stage) -> Iterator[None]:
    """Let the stage answer."""
    thread = Thread(target=stage.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        stage.shutdown()
        thread.join()
        stage.server_close()


@contextmanager
def browsing(port: int) -> Iterator[None]:
    """Run Chromium with some tabs, every host name leading to one port of this machine."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise FileNotFoundError("there is no Chromium: apt-get install chromium")
    rules = f"--host-resolver-rules=MAP *:80 127.0.0.1:{port},MAP * 127.0.0.1"
    with tempfile.TemporaryDirectory(prefix="parity-", ignore_cleanup_errors=True) as profile:
        command = [chromium, *FLAGS, rules, f"--user-data-dir={profile}", f"http://start.app.test/tabs/{TABS}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.terminate()
            process.wait()
