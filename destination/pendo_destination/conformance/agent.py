"""One case of calls on the agent, judged: the requests we make against those the real agent made."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote, urlsplit

from pendo_contracts import jzb
from pendo_contracts.envelope import Envelope, Response
from pendo_contracts.pixel import PIXEL_GIF
from pendo_contracts.visitor import ANONYMOUS_PREFIX
from pendo_destination.agent import Agent, BrowserState, Page
from pendo_destination.conformance.tagged import untag
from pendo_destination.javascript.difference import Difference, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Case: TypeAlias = dict[str, Any]
Requests: TypeAlias = list[dict[str, Any]]
Streams: TypeAlias = dict[str, Requests]

PAGE: Final = Page("https://app.localtest/page?x=1#h")
HOSTED: Final = {"apiKey": "test-key", "env": "prod", "server": "https://app.localtest"}
TICK: Final = 45
NO_GUIDES: Final = b'{"guides":[],"lastGuideStepSeen":{}}'

# Only these cases are about how events are cut into requests; elsewhere the moment of an answer moves the cuts.
CUTS: Final = frozenset({"batch", "track-noflush", "track-source"})

_LEFT_OUT: Final = frozenset({"browser_time", "bytes", "frameId", "parentTabId", "sessionId", "tabId", "utm"})
_COUNTED: Final = frozenset({"id", "s"})
_CAPITAL: Final = re.compile(r"[A-Z]")
_MADE_UP: Final = re.compile(rf"(?<={ANONYMOUS_PREFIX})[A-Za-z0-9]{{11}}")


def judge(case: Case) -> Difference | None:
    """Compare our requests for a case `{pages, expect, config?, final_flush?}` with those of the real agent.

    The events of each stream must be the same ones in the same order.
    """
    arrange = by_request if case["group"] in CUTS else by_event
    expected = [arrange(streams) for streams in case["expect"]]
    got = [arrange(streams) for streams in run(case)]
    return next(differences(expected, got, case=case["id"]), None)


def run(case: Case) -> list[Streams]:
    """Make a case's calls, page by page, every answer good; return the requests of each page by stream."""
    api_key = case.get("config", {}).get("apiKey", HOSTED["apiKey"])
    return [group_by_stream(envelopes, api_key) for envelopes in play(case)]


def play(case: Case) -> list[list[Envelope]]:
    """Make a case's calls; return the requests of each page as they were sent."""
    browser, hosted = BrowserState(), {**HOSTED, **untag(case.get("config", {}))}
    return [_visit(hosted, page, browser, case) for page in case["pages"]]


def _visit(hosted: Mapping[str, Any], page: Case, browser: BrowserState, case: Case) -> list[Envelope]:
    """Make a page's calls. It may say where it is, `url`, and where from, `referrer`; a case may end with `unload`."""
    time, sent = [1_700_000_000_000], list[Envelope]()

    def answer(envelope: Envelope) -> Response:
        sent.append(envelope)
        return Response(200, {}, NO_GUIDES if "/guide.json/" in envelope.url else PIXEL_GIF)

    place = Page(page.get("url", PAGE.url), page.get("referrer", ""))
    agent = Agent(hosted, answer, place, browser=browser, clock=lambda: time[0])
    for tick in page["ticks"]:
        for method, *arguments in tick:
            _call(agent, method, untag(arguments))
        agent.run_pending()
        time[0] += TICK
    if case.get("final_flush", True):
        agent.flush_now()
    if case.get("unload"):
        agent.unload()
    return sent


def _call(agent: Agent, method: str, arguments: list[Any]) -> None:
    """Make one recorded call; flushNow heeds an object only."""
    name = _CAPITAL.sub(lambda letter: f"_{letter[0].lower()}", method)
    if method == "flushNow":
        agent.flush_now(**next((options for options in arguments if isinstance(options, dict)), {}))
    else:
        getattr(agent, name)(*arguments)


def group_by_stream(envelopes: Iterable[Envelope], api_key: str) -> Streams:
    """Sort requests by endpoint, queue and API key: `ptm.gif`, `ptm.gif+track`, `ptm.gif@other-key`."""
    streams: Streams = defaultdict(list)
    for envelope in envelopes:
        url = urlsplit(envelope.url)
        endpoint, _, key = url.path.removeprefix("/data/").partition("/")
        pairs = (pair.partition("=") for pair in unquote(url.query).split("&"))
        params = {name: value for name, _, value in pairs}
        queue = "+track" if params.get("type") == "track" else ""
        if endpoint != "guide.gif":
            streams[f"{endpoint}{queue}{'' if key in {'', api_key} else '@' + key}"].append(_request(envelope, params))
    return streams


def _request(envelope: Envelope, params: dict[str, str]) -> dict[str, Any]:
    packed = jzb.parse(envelope.body).get("events") if envelope.body else params.pop("jzb", None)
    decoded = jzb.decode(packed) if packed else None
    params.pop("ct", None)
    return {
        "method": envelope.method,
        "params": {name: "*" if name in _COUNTED else value for name, value in params.items()},
        "decoded": [_event(event) for event in decoded] if isinstance(decoded, list) else _hide(decoded),
    }


def _event(event: dict[str, Any]) -> Any:
    return {name: _hide(value, name) for name, value in event.items() if name not in _LEFT_OUT}


def _hide(value: Any, name: str = "") -> Any:
    """Put a star for what differs from run to run, as the expected requests do."""
    match value:
        case dict():
            return {key: _hide(item, key) for key, item in value.items() if key != "selfHosted"}
        case list():
            return [_hide(item) for item in value]
        case str() | float() | int() if name in {"date", "load_time"}:
            return "*"
        case str():
            return _MADE_UP.sub("*", value)
        case _:
            return value


def by_request(streams: Streams) -> Any:
    """Return the streams as they are, with the events grouped by request."""
    return streams


def by_event(streams: Streams) -> Any:
    """Return each stream as one list of events, wherever it was cut into requests."""
    return {
        name: [event for request in requests for event in decoded_events(request)] for name, requests in streams.items()
    }


def decoded_events(request: dict[str, Any]) -> list[Any]:
    """List the decoded events of a request."""
    decoded = request["decoded"]
    return decoded if isinstance(decoded, list) else [decoded]
