"""The corpus: beacons as the real agent makes them, all of them good, and the same ones for whatever is measured."""

from __future__ import annotations

import json
import random
import string
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts import jzb
from pendo_contracts.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

KEY: Final = "0e0e0e0e-0000-4000-8000-00000000000b"
HOST: Final = "data.pendo.io"
COUNT: Final = 2000
SEED: Final = 7
GET_LIMIT: Final = 1900  # characters of jzb, as in the agent
START: Final = 1_795_376_101_241
VERSION: Final = "2.291.4_prod"

# As Chromium sends them for the agent, in fixtures/captures.
BROWSER: Final = {
    "host": HOST,
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0",
    "accept": "*/*",
    "origin": "https://shop.test",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "cors",
    "sec-fetch-dest": "empty",
    "referer": "https://shop.test/",
}

_TRACER = string.ascii_letters + string.digits
_TAGS = ("div", "div", "div", "section", "ul", "li", "span", "main", "form", "td")
_WORDS = (
    "account", "basket", "card", "content", "detail", "field", "group", "header", "item", "label", "list", "menu",
    "page", "panel", "primary", "row",
)  # fmt: skip


class Request(NamedTuple):
    """One request of the corpus; `target` is path and query."""

    key: str
    method: str
    target: str
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers, their names in lower case."""
        sized = {"content-type": "application/json", "content-length": str(len(self.body))}
        return BROWSER | sized if self.body else BROWSER

    def envelope(self) -> Envelope:
        """Make it what the emulator makes of a request."""
        return Envelope(self.method, f"http://{HOST}{self.target}", self.headers, self.body, START)


def generate(count: int = COUNT, seed: int = SEED, key: str = KEY) -> Iterator[Request]:
    """Generate beacons of 1 to 16 events."""
    draw = random.Random(seed)
    for number in range(count):
        events = _events(draw, number)
        packed = jzb.encode(events)
        query = f"v={VERSION}&ct={START + number}"
        if len(packed) <= GET_LIMIT:
            yield Request(key, "GET", f"/data/ptm.gif/{key}?{query}&jzb={packed}", b"")
        else:
            body = json.dumps({"events": packed}, separators=(",", ":")).encode()
            yield Request(key, "POST", f"/data/ptm.gif/{key}?{query}&s={len(packed)}", body)


def write_lua(requests: Iterable[Request], file: Path) -> None:
    """Write requests as a Lua table of what goes over the wire; ASCII in JSON's quotes means the same in Lua's."""
    file.write_text("return {\n" + ",\n".join(json.dumps(_text(request)) for request in requests) + "\n}\n", "utf-8")


def _text(request: Request) -> str:
    headers = "".join(f"{name.title()}: {value}\r\n" for name, value in request.headers.items())
    return f"{request.method} {request.target} HTTP/1.1\r\n{headers}\r\n{request.body.decode()}"


def _events(draw: random.Random, number: int) -> list[dict[str, Any]]:
    visitor = f"visitor-{draw.randrange(5000)}"
    common = {
        "visitor_id": visitor,
        "account_id": f"account-{draw.randrange(300)}",
        "url": f"https://shop.test/{draw.choice(_WORDS)}/{draw.randrange(10_000)}?step={draw.randrange(5)}",
        "parentTabId": None,
        "tabId": _tracer(draw),
        "frameId": _tracer(draw),
        "sessionId": _tracer(draw),
        "utm": {"channel": "Direct"},
    }
    kinds = draw.choices(list(_PROPS), (3, 5, 1, 1, 3), k=min(16, 1 + int(draw.expovariate(1 / 4.8))))
    events = []
    for sequence, kind in enumerate(kinds):
        moment = {"type": kind, "browser_time": START + number * 100 + sequence}
        event = moment | common | {"props": _PROPS[kind](draw, visitor), "sequence": sequence}
        if kind == "track":
            event["track_event_name"] = f"{draw.choice(_WORDS)} {draw.choice(_WORDS)}".title()
        events.append(event | {"bytes": len(json.dumps(event))})
    return events


def _load(draw: random.Random, _: str) -> dict[str, Any]:
    return {"load_time": draw.randrange(100, 3000)}


def _click(draw: random.Random, _: str) -> dict[str, Any]:
    target = _element(draw, draw.randrange(4, 24))
    return {"target": target | {"txt": draw.choice(_WORDS), "flags": ["left"]}}


def _meta(draw: random.Random, visitor: str) -> dict[str, Any]:
    return {
        "visitor": {"id": visitor, "language": "en_US", "email": f"{visitor}@shop.test", "plan": draw.choice(_WORDS)},
        "account": {"id": f"account-{draw.randrange(300)}", "employees": draw.randrange(5000)},
        "parentAccount": {},
        "date": "22/11/2026",
        "version": VERSION,
    }


def _identify(draw: random.Random, visitor: str) -> dict[str, Any]:
    anonymous = f"_PENDO_T_{_tracer(draw)}"
    account = f"account-{draw.randrange(300)}"
    return {"old_visitor_id": anonymous, "old_account_id": None, "visitor_id": visitor, "account_id": account}


def _track(draw: random.Random, _: str) -> dict[str, Any]:
    return {
        draw.choice(_WORDS): draw.choice((draw.randrange(1000), draw.random(), _tracer(draw), True)) for _ in "1234"
    }


_PROPS: Final = {"load": _load, "click": _click, "meta": _meta, "identify": _identify, "track": _track}


def _element(draw: random.Random, depth: int) -> dict[str, Any]:
    """Nest an element in `depth` others."""
    element = {
        "tag": draw.choice(_TAGS).upper() if depth else "BODY",
        "id": draw.choice(("", "", f"{draw.choice(_WORDS)}-{draw.randrange(10_000)}")),
        "cls": " ".join(f"{draw.choice(_WORDS)}-{draw.getrandbits(60):x}" for _ in range(draw.randrange(4))),
        "title": None,
        "attrs": {"data-part": draw.choice(_WORDS)} if draw.random() < 0.2 else {},
        "myIndex": draw.randrange(9),
        "childIndex": draw.randrange(5),
    }
    return element | {"parentElem": _element(draw, depth - 1)} if depth else element


def _tracer(draw: random.Random) -> str:
    return "".join(draw.choices(_TRACER, k=16))
