"""Compares the requests of our agent with the requests of the real agent for the same calls."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote, urlsplit

from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope, Response
from pendo_contracts.wire.pixel_gif import PIXEL_GIF
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX
from pendo_destination.agent import Agent, BrowserState, Page
from pendo_destination.conformance.tagged_values import untag
from pendo_destination.javascript.difference import Difference, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Case: TypeAlias = dict[str, Any]
Requests: TypeAlias = list[dict[str, Any]]
Streams: TypeAlias = dict[str, Requests]

PAGE: Final = Page("https://app.localtest/page?x=1#h")
HOSTED_CONFIG: Final = {"apiKey": "test-key", "env": "prod", "server": "https://app.localtest"}
TICK_MS: Final = 45
NO_GUIDES: Final = b'{"guides":[],"lastGuideStepSeen":{}}'

# Cases of these groups test how events are divided into requests. In other cases that depends on response times.
BATCHING_GROUPS: Final = frozenset({"batch", "track-noflush", "track-source"})

_IGNORED_MEMBERS: Final = frozenset({"browser_time", "bytes", "frameId", "parentTabId", "sessionId", "tabId", "utm"})
_VARYING_PARAMS: Final = frozenset({"id", "s"})
_CAPITAL: Final = re.compile(r"[A-Z]")
_RANDOM_ID: Final = re.compile(rf"(?<={ANONYMOUS_PREFIX})[A-Za-z0-9]{{11}}")


def judge(case: Case) -> Difference | None:
    """Return the first difference between our requests and the real agent's requests for a case, or None.

    A case is `{pages, expect, config?, final_flush?, unload?}`. The events of each stream must have the same order.
    """
    arrange = by_request if case.get("group") in BATCHING_GROUPS else by_event
    expected = [arrange(streams) for streams in case["expect"]]
    got = [arrange(streams) for streams in run(case)]
    return next(differences(expected, got, case=case["id"]), None)


def run(case: Case) -> list[Streams]:
    """Make the calls of a case, page by page, with successful answers; return each page's requests by stream."""
    api_key = (case.get("config") or {}).get("apiKey", HOSTED_CONFIG["apiKey"])
    return [group_by_stream(envelopes, api_key) for envelopes in play(case)]


def play(case: Case) -> list[list[Envelope]]:
    """Make the calls of a case; return the requests of each page as sent."""
    browser, hosted = BrowserState(), {**HOSTED_CONFIG, **untag(case.get("config") or {})}
    return [_play_page(hosted, page, browser, case) for page in case["pages"]]


def _play_page(hosted: Mapping[str, Any], page: Case, browser: BrowserState, case: Case) -> list[Envelope]:
    """Make the calls of one page `{ticks, url?, referrer?}`; with the case's `unload`, leave the page at the end."""
    time, sent = [1_700_000_000_000], list[Envelope]()

    def answer(envelope: Envelope) -> Response:
        sent.append(envelope)
        return Response(200, {}, NO_GUIDES if "/guide.json/" in envelope.url else PIXEL_GIF)

    location = Page(page.get("url", PAGE.url), page.get("referrer", ""))
    agent = Agent(hosted, answer, location, browser=browser, clock=lambda: time[0])
    for tick in page.get("ticks") or ():
        for method, *arguments in tick:
            _call_agent(agent, method, untag(arguments))
        agent.run_pending()
        time[0] += TICK_MS
    if case.get("final_flush", True):
        agent.flush_now()
    if case.get("unload"):
        agent.unload()
    return sent


def _call_agent(agent: Agent, method: str, arguments: list[Any]) -> None:
    """Make one recorded call; flushNow ignores arguments that are not objects."""
    name = _CAPITAL.sub(lambda letter: f"_{letter[0].lower()}", method)
    if method == "flushNow":
        agent.flush_now(**next((options for options in arguments if isinstance(options, dict)), {}))
    else:
        getattr(agent, name)(*arguments)


def group_by_stream(envelopes: Iterable[Envelope], api_key: str) -> Streams:
    """Group requests by endpoint, queue and API key: `ptm.gif`, `ptm.gif+track`, `ptm.gif@other-key`."""
    streams: Streams = defaultdict(list)
    for envelope in envelopes:
        url = urlsplit(envelope.url)
        endpoint, _, key = url.path.removeprefix("/data/").partition("/")
        pairs = (pair.partition("=") for pair in unquote(url.query).split("&"))
        params = {name: value for name, _, value in pairs}
        queue = "+track" if params.get("type") == "track" else ""
        if endpoint != "guide.gif":
            other_key = "" if key in {"", api_key} else f"@{key}"
            streams[f"{endpoint}{queue}{other_key}"].append(_describe_request(envelope, params))
    return streams


def _describe_request(envelope: Envelope, params: dict[str, str]) -> dict[str, Any]:
    packed = jzb.parse(envelope.body).get("events") if envelope.body else params.pop("jzb", None)
    decoded = jzb.decode(packed) if packed else None
    params.pop("ct", None)
    return {
        "method": envelope.method,
        "params": {name: "*" if name in _VARYING_PARAMS else value for name, value in params.items()},
        "decoded": [_mask_event(event) for event in decoded] if isinstance(decoded, list) else _mask(decoded),
    }


def _mask_event(event: dict[str, Any]) -> Any:
    return {name: _mask(value, name) for name, value in event.items() if name not in _IGNORED_MEMBERS}


def _mask(value: Any, name: str = "") -> Any:
    """Replace values that differ from run to run by `*`, as in the expected requests."""
    match value:
        case dict():
            return {key: _mask(item, key) for key, item in value.items() if key != "selfHosted"}
        case list():
            return [_mask(item) for item in value]
        case str() | float() | int() if name in {"date", "load_time"}:
            return "*"
        case str():
            return _RANDOM_ID.sub("*", value)
        case _:
            return value


def by_request(streams: Streams) -> Any:
    """Return the streams unchanged, with the events grouped by request."""
    return streams


def by_event(streams: Streams) -> Any:
    """Return each stream as one list of events, without the division into requests."""
    return {
        name: [event for request in requests for event in decoded_events(request)] for name, requests in streams.items()
    }


def decoded_events(request: dict[str, Any]) -> list[Any]:
    """Return the decoded events of a request as a list."""
    decoded = request["decoded"]
    return decoded if isinstance(decoded, list) else [decoded]
