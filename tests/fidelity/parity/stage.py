"""Where sequences are played: pages that make the calls, and a data host that answers well and keeps every request."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from values import HOME

from pendo_contracts.envelope import Envelope
from pendo_destination.conformance.agent import HOSTED, NO_GUIDES, PAGE
from pendo_emulator.http.response import CORS, GIF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendo_destination.conformance.agent import Case

VISIT: Final = Path(__file__).with_name("page.js").read_text("utf-8")

_HTML: Final = {"Content-Type": "text/html;charset=utf-8", "Referrer-Policy": "no-referrer"}
_SCRIPT: Final = {"Content-Type": "text/javascript", "Cache-Control": "max-age=600"}
_NOTHING: Final[Mapping[str, str]] = {}
_ANSWERS: Final = {
    "guide.json": NO_GUIDES, "segmentflag.json": b'{"segmentFlags":[]}', "recordingconf": b'{"enable":false}',
}  # fmt: skip
_PAGE: Final = """<!doctype html><title>Page</title><link rel=icon href=data:,>
<script src=http://content.app.test/visit.js></script>
<script src=http://content.app.test/agent/static/{key}/pendo.js></script>
<script>visit({played})</script>
"""
_TABS: Final = """<!doctype html><title>Tabs</title><link rel=icon href=data:,>
<script>for (let tab = 0; tab < {count}; tab += 1) window.open("/next", "_blank", "noopener");</script>
"""
_REFERRER: Final = """<!doctype html><title>Referrer</title><link rel=icon href=data:,>
<script>location.replace(decodeURIComponent(location.hash.slice(1)));</script>
"""


class Stage(ThreadingHTTPServer):
    """Plays cases one after another to whatever tabs come for the next page; every host name must lead here.

    Case 17 lives at `http://c0017.app.test`, a name as long as that of recorded cases; its second page sends to
    `http://c0017-1.data.test`. `agent` is a JavaScript expression: the function that starts the agent.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, cases: Sequence[Case], agent: str) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.cases = cases
        self.script = f"const startAgent = {agent};".encode()
        self.sent: dict[tuple[int, int], list[Envelope]] = defaultdict(list)
        self.finished = Event()
        self.moved_at = time.monotonic()
        self._numbers = iter(range(len(cases)))
        self._pages: dict[int, int] = {}
        self._lock = Lock()

    def move_on(self, number: int | None) -> str | None:
        """Say where a tab goes after a page of case `number`; None where nothing is left to play."""
        with self._lock:
            self.moved_at = time.monotonic()
            if number is not None:
                self._pages[number] += 1
            if number is None or self._played(number):
                number = next(self._numbers, None)
                self._pages |= {} if number is None else {number: 0}
            if all(map(self._played, self._pages)):
                self.finished.set()
        return None if number is None else self._address(number)

    def page(self, number: int) -> str:
        """Write the page that case `number` has come to."""
        case, page = self.cases[number], self._pages[number]
        ticks = case["pages"][page]["ticks"] + [[["flushNow", True]]] * case.get("final_flush", True)
        hosted = {**HOSTED, "dataHost": f"http://c{number:04}-{page}.data.test", **case["config"]}
        played = json.dumps({"config": hosted, "ticks": ticks, "patience": case.get("patience", 0)})
        inline = json.dumps(_settled(played, number)).replace("<", "\\u003c")
        return _PAGE.format(key=hosted["apiKey"], played=inline)

    def record(self, number: int, page: int, envelope: Envelope) -> None:
        """Keep a request; what a page sends on leaving counts only in cases about that."""
        if page == self._pages[number] or self.cases[number].get("unload"):
            self.sent[number, page].append(envelope)

    def unfinished(self) -> list[str]:
        """List the cases that no tab came to the end of."""
        return [case["id"] for number, case in enumerate(self.cases) if not self._played(number)]

    def _played(self, number: int) -> bool:
        return self._pages.get(number) == len(self.cases[number]["pages"])

    def _address(self, number: int) -> str:
        page = self.cases[number]["pages"][self._pages[number]]
        url = _settled(page.get("url", PAGE.url), number)
        return f"{_settled(page['referrer'], number)}#{quote(url, safe='')}" if "referrer" in page else url


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Stage

    def do_GET(self) -> None:
        name, _, _ = self.headers["host"].partition(".")
        number = int(name[1:5]) if name[1:5].isdigit() else None
        match self.path.partition("?")[0].split("/")[1:], number:
            case ["data", endpoint, *_], int():
                self._record(number, int(name[6:]))
                self._answer(self._good_answer(endpoint), 200, {"Content-Type": _kind(endpoint)})
            case ["page", *_], int():
                self._answer(self.server.page(number).encode(), 200, _HTML)
            case ["next"], _:
                url = self.server.move_on(number)
                self._answer(b"", 302 if url else 200, {"Location": url} if url else _HTML)
            case ["visit.js"], _:
                self._answer(VISIT.encode(), 200, _SCRIPT)
            case ["agent", "static", _, "pendo.js"], _:
                self._answer(self.server.script, 200, _SCRIPT)
            case ["tabs", count], _:
                self._answer(_TABS.format(count=count).encode(), 200, _HTML)
            case _:
                self._answer(_REFERRER.encode(), 200, {**_HTML, "Referrer-Policy": "unsafe-url"})

    do_POST = do_GET  # noqa: N815 - http.server finds it by the method's name

    def do_OPTIONS(self) -> None:
        self._answer(b"", 204, _NOTHING)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _record(self, number: int, page: int) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        url = f"http://{headers['host']}{self.path}"
        self.server.record(number, page, Envelope(self.command, url, headers, body, time.time_ns() // 1_000_000))

    def _good_answer(self, endpoint: str) -> bytes:
        """Answer well; a POST without a body, for one that is never read counts against the page's 64 KiB of them."""
        return b"" if self.command == "POST" and endpoint not in _ANSWERS else _ANSWERS.get(endpoint, GIF)

    def _answer(self, body: bytes, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**CORS, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _settled(text: str, number: int) -> str:
    """Put a case's number in place of the recorded cases' origin."""
    return text.replace(HOME, f"http://c{number:04}.app.test")


def _kind(endpoint: str) -> str:
    return "image/gif" if endpoint.endswith(".gif") else "application/json"
