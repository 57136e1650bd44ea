"""Generates the beacons of all measurements: valid, like the real agent's beacons, and the same in each run."""

from __future__ import annotations

import json
import random
import string
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.wire import jzb
from pendo_contracts.wire.agent_limits import GET_LIMIT
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

KEY: Final = "0e0e0e0e-0000-4000-8000-00000000000b"
HOST: Final = "data.pendo.io"
COUNT: Final = 2000
SEED: Final = 7
START: Final = 1_795_376_101_241
VERSION: Final = "2.291.4_prod"

# The headers that Chromium sends for the agent, from fixtures/captures.
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

_ID_CHARACTERS = string.ascii_letters + string.digits
_TAGS = ("div", "div", "div", "section", "ul", "li", "span", "main", "form", "td")
_WORDS = (
    "account", "basket", "card", "content", "detail", "field", "group", "header", "item", "label", "list", "menu",
    "page", "panel", "primary", "row",
)  # fmt: skip


class Request(NamedTuple):
    """A request of the corpus; `target` is its path and query."""

    key: str
    method: str
    target: str
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """The request's headers, with names in lower case."""
        sized = {"content-type": "application/json", "content-length": str(len(self.body))}
        return BROWSER | sized if self.body else BROWSER

    def http_text(self) -> str:
        """Return the request as HTTP/1.1."""
        headers = "".join(f"{name.title()}: {value}\r\n" for name, value in self.headers.items())
        return f"{self.method} {self.target} HTTP/1.1\r\n{headers}\r\n{self.body.decode()}"

    def envelope(self) -> Envelope:
        """Return the request as the emulator represents a received request."""
        return Envelope(self.method, f"http://{HOST}{self.target}", self.headers, self.body, START)


def generate(count: int = COUNT, seed: int = SEED, key: str = KEY) -> Iterator[Request]:
    """Generate beacons of 1 to 16 events."""
    rng = random.Random(seed)
    for number in range(count):
        events = _events(rng, number)
        packed = jzb.encode(events)
        query = f"v={VERSION}&ct={START + number * 100 + 1000}"
        if len(packed) <= GET_LIMIT:
            yield Request(key, "GET", f"/data/ptm.gif/{key}?{query}&jzb={packed}", b"")
        else:
            body = json.dumps({"events": packed}, separators=(",", ":")).encode()
            yield Request(key, "POST", f"/data/ptm.gif/{key}?{query}&s={len(packed)}", body)


def write_lua(requests: Iterable[Request], file: Path) -> None:
    """Write the bytes of the requests as a Lua table; a JSON string of ASCII characters is a valid Lua string."""
    file.write_text(
        "return {\n" + ",\n".join(json.dumps(request.http_text()) for request in requests) + "\n}\n", "utf-8"
    )


def _events(rng: random.Random, number: int) -> list[dict[str, Any]]:
    visitor = f"visitor-{rng.randrange(5000)}"
    common = {
        "visitor_id": visitor,
        "account_id": f"account-{rng.randrange(300)}",
        "url": f"https://shop.test/{rng.choice(_WORDS)}/{rng.randrange(10_000)}?step={rng.randrange(5)}",
        "parentTabId": None,
        "tabId": _random_id(rng),
        "frameId": _random_id(rng),
        "sessionId": _random_id(rng),
        "utm": {"channel": "Direct"},
    }
    kinds = rng.choices(list(_PROPS), (3, 5, 1, 1, 3), k=min(16, 1 + int(rng.expovariate(1 / 4.8))))
    events = []
    for sequence, kind in enumerate(kinds):
        base = {"type": kind, "browser_time": START + number * 100 + sequence}
        event = base | common | {"props": _PROPS[kind](rng, visitor), "sequence": sequence}
        if kind == "track":
            event["track_event_name"] = f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}".title()
        events.append(event | {"bytes": len(json.dumps(event))})
    return events


def _load(rng: random.Random, _: str) -> dict[str, Any]:
    return {"load_time": rng.randrange(100, 3000)}


def _click(rng: random.Random, _: str) -> dict[str, Any]:
    target = _element(rng, rng.randrange(4, 24))
    return {"target": target | {"txt": rng.choice(_WORDS), "flags": ["left"]}}


def _meta(rng: random.Random, visitor: str) -> dict[str, Any]:
    return {
        "visitor": {"id": visitor, "language": "en_US", "email": f"{visitor}@shop.test", "plan": rng.choice(_WORDS)},
        "account": {"id": f"account-{rng.randrange(300)}", "employees": rng.randrange(5000)},
        "parentAccount": {},
        "date": "22/11/2026",
        "version": VERSION,
    }


def _identify(rng: random.Random, visitor: str) -> dict[str, Any]:
    anonymous = f"{ANONYMOUS_PREFIX}{_random_id(rng)}"
    account = f"account-{rng.randrange(300)}"
    return {"old_visitor_id": anonymous, "old_account_id": None, "visitor_id": visitor, "account_id": account}


def _track(rng: random.Random, _: str) -> dict[str, Any]:
    return {rng.choice(_WORDS): rng.choice((rng.randrange(1000), rng.random(), _random_id(rng), True)) for _ in "1234"}


_PROPS: Final = {"load": _load, "click": _click, "meta": _meta, "identify": _identify, "track": _track}


def _element(rng: random.Random, depth: int) -> dict[str, Any]:
    """Return an element that is nested in `depth` others."""
    element = {
        "tag": rng.choice(_TAGS).upper() if depth else "BODY",
        "id": rng.choice(("", "", f"{rng.choice(_WORDS)}-{rng.randrange(10_000)}")),
        "cls": " ".join(f"{rng.choice(_WORDS)}-{rng.getrandbits(60):x}" for _ in range(rng.randrange(4))),
        "title": None,
        "attrs": {"data-part": rng.choice(_WORDS)} if rng.random() < 0.2 else {},
        "myIndex": rng.randrange(9),
        "childIndex": rng.randrange(5),
    }
    return element | {"parentElem": _element(rng, depth - 1)} if depth else element


def _random_id(rng: random.Random) -> str:
    return "".join(rng.choices(_ID_CHARACTERS, k=16))
