"""Serves the pages that make the calls of a sequence, and acts as the data host that records each request."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.pixel_gif import PIXEL_GIF
from pendo_destination.conformance.agent import HOSTED_CONFIG, NO_GUIDES, PAGE
from pendo_emulator.response import CORS
from tests.fidelity.parity.sequence_values import HOME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendo_destination.conformance.agent import Case

VISIT_SCRIPT: Final = Path(__file__).with_name("visit_page.js").read_text("utf-8")

_HTML_HEADERS: Final = {"Content-Type": "text/html;charset=utf-8", "Referrer-Policy": "no-referrer"}
_SCRIPT_HEADERS: Final = {"Content-Type": "text/javascript", "Cache-Control": "max-age=600"}
_NO_HEADERS: Final[Mapping[str, str]] = {}
_RESPONSES: Final = {
    "guide.json": NO_GUIDES, "segmentflag.json": b'{"segmentFlags":[]}', "recordingconf": b'{"enable":false}',
}  # fmt: skip
_PAGE: Final = """<!doctype html><title>Page</title><link rel=icon href=data:,>
<script src=http://content.app.test/visit.js></script>
<script src=http://content.app.test/agent/static/{key}/pendo.js></script>
<script>visit({visit})</script>
"""
_TABS: Final = """<!doctype html><title>Tabs</title><link rel=icon href=data:,>
<script>for (let tab = 0; tab < {count}; tab += 1) window.open("/next", "_blank", "noopener");</script>
"""
_REFERRER: Final = """<!doctype html><title>Referrer</title><link rel=icon href=data:,>
<script>location.replace(decodeURIComponent(location.hash.slice(1)));</script>
"""


class PageServer(ThreadingHTTPServer):
    """Sends each tab that requests `/next` to the next page of the cases; every host name must resolve to this server.

    Case 17 has the origin `http://c0017.app.test`, which is as long as the origin of recorded cases; its second page
    sends to `http://c0017-1.data.test`. `agent` is a JavaScript expression: the function that starts the agent.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, cases: Sequence[Case], agent: str) -> None:
        super().__init__(("127.0.0.1", 0), _RequestHandler)
        self.cases = cases
        self.script = f"const startAgent = {agent};".encode()
        self.sent: dict[tuple[int, int], list[Envelope]] = defaultdict(list)
        self.finished = Event()
        self.progress_at = time.monotonic()
        self._numbers = iter(range(len(cases)))
        self._pages: dict[int, int] = {}
        self._lock = Lock()

    def next_url(self, number: int | None) -> str | None:
        """Return the URL that follows the current page of case `number`, or None if all cases are played."""
        with self._lock:
            self.progress_at = time.monotonic()
            if number is not None:
                self._pages[number] += 1
            if number is None or self._is_finished(number):
                number = next(self._numbers, None)
                self._pages |= {} if number is None else {number: 0}
            if all(map(self._is_finished, self._pages)):
                self.finished.set()
        return None if number is None else self._address(number)

    def page(self, number: int) -> str:
        """Return the HTML of the current page of case `number`."""
        case, page = self.cases[number], self._pages[number]
        ticks = case["pages"][page]["ticks"] + [[["flushNow", True]]] * case.get("final_flush", True)
        hosted = {**HOSTED_CONFIG, "dataHost": f"http://c{number:04}-{page}.data.test", **case["config"]}
        visit = json.dumps({"config": hosted, "ticks": ticks, "quietTime": case.get("quiet_time", 0)})
        inline = json.dumps(_with_case_origin(visit, number)).replace("<", "\\u003c")
        return _PAGE.format(key=hosted["apiKey"], visit=inline)

    def record(self, number: int, page: int, envelope: Envelope) -> None:
        """Record a request; ignore requests of a page that unloads, except in cases about unloading."""
        if page == self._pages[number] or self.cases[number].get("unload"):
            self.sent[number, page].append(envelope)

    def unfinished(self) -> list[str]:
        """List the ids of the cases that are not finished."""
        return [case["id"] for number, case in enumerate(self.cases) if not self._is_finished(number)]

    def _is_finished(self, number: int) -> bool:
        return self._pages.get(number) == len(self.cases[number]["pages"])

    def _address(self, number: int) -> str:
        page = self.cases[number]["pages"][self._pages[number]]
        url = _with_case_origin(page.get("url", PAGE.url), number)
        return f"{_with_case_origin(page['referrer'], number)}#{quote(url, safe='')}" if "referrer" in page else url


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: PageServer

    def do_GET(self) -> None:
        name, _, _ = self.headers["host"].partition(".")
        number = int(name[1:5]) if name[1:5].isdigit() else None
        match self.path.partition("?")[0].split("/")[1:], number:
            case ["data", endpoint, *_], int():
                self._record(number, int(name[6:]))
                self._respond(self._data_host_body(endpoint), 200, {"Content-Type": _content_type(endpoint)})
            case ["page", *_], int():
                self._respond(self.server.page(number).encode(), 200, _HTML_HEADERS)
            case ["next"], _:
                url = self.server.next_url(number)
                self._respond(b"", 302 if url else 200, {"Location": url} if url else _HTML_HEADERS)
            case ["visit.js"], _:
                self._respond(VISIT_SCRIPT.encode(), 200, _SCRIPT_HEADERS)
            case ["agent", "static", _, "pendo.js"], _:
                self._respond(self.server.script, 200, _SCRIPT_HEADERS)
            case ["tabs", count], _:
                self._respond(_TABS.format(count=count).encode(), 200, _HTML_HEADERS)
            case _:
                self._respond(_REFERRER.encode(), 200, {**_HTML_HEADERS, "Referrer-Policy": "unsafe-url"})

    do_POST = do_GET  # noqa: N815 - http.server finds it by the method's name

    def do_OPTIONS(self) -> None:
        self._respond(b"", 204, _NO_HEADERS)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def _record(self, number: int, page: int) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        url = f"http://{headers['host']}{self.path}"
        self.server.record(number, page, Envelope(self.command, url, headers, body, time.time_ns() // 1_000_000))

    def _data_host_body(self, endpoint: str) -> bytes:
        """Return the body of a successful response.

        A POST gets an empty body, because Chromium limits the unread responses of a page to 64 KiB.
        """
        return b"" if self.command == "POST" and endpoint not in _RESPONSES else _RESPONSES.get(endpoint, PIXEL_GIF)

    def _respond(self, body: bytes, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**CORS, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _with_case_origin(text: str, number: int) -> str:
    """Replace the origin of recorded cases by the origin of case `number`."""
    return text.replace(HOME, f"http://c{number:04}.app.test")


def _content_type(endpoint: str) -> str:
    return "image/gif" if endpoint.endswith(".gif") else "application/json"
