"""Judges the agent by what the real one sent for the same calls."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from contracts import jzb
from contracts.envelope import Answer, Envelope
from destination.agent import Agent, Browser, Page
from destination.conformance.difference import Difference, differences
from destination.conformance.tagged import untag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Case = dict[str, Any]
Streams = dict[str, list[dict[str, Any]]]

PAGE: Final = Page("https://app.localtest/page?x=1#h")
TICK: Final = 45
CUTS_AGREE: Final = frozenset({"batch", "track-noflush", "track-source"})
GIF: Final = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"

_LEFT_OUT: Final = frozenset(
    {"browser_time", "bytes", "frameId", "parentTabId", "selfHosted", "sessionId", "tabId", "utm"}
)
_STARRED: Final = frozenset({"date", "load_time"})
_MADE_UP: Final = re.compile(r"_PENDO_T_[A-Za-z0-9]{11}")
_METHODS: Final = {
    "clearSession": "clear_session",
    "flushNow": "flush_now",
    "pageLoad": "page_load",
    "startSendingEvents": "start_sending_events",
    "stopSendingEvents": "stop_sending_events",
    "trackAgent": "track_agent",
    "updateOptions": "update_options",
}


def judge(case: Case) -> Difference | None:
    """Find the first place where our requests depart from the real agent's; None where they agree.

    The events of each stream must agree in order; how they are cut into requests only where the case is about that.
    """
    got = [_arrange(streams, case) for streams in run(case)]
    expected = [_arrange(streams, case) for streams in case["expect"]]
    return next(differences(expected, got, case=case["id"]), None)


def run(case: Case) -> list[Streams]:
    """Make a case's calls, page by page, with every answer good; return each page's requests by stream."""
    browser = Browser()
    return [_run_page(case, page, browser) for page in case["pages"]]


def _run_page(case: Case, page: Mapping[str, Any], browser: Browser) -> Streams:
    time, sent = [1_700_000_000_000], []
    hosted = {"apiKey": "test-key", "env": "prod", "server": "https://data.localtest", **untag(case.get("config", {}))}

    def answer(envelope: Envelope) -> Answer:
        sent.append(envelope)
        image = ".gif" in envelope.url
        return Answer(200, {}, GIF if image else b'{"guides":[],"lastGuideStepSeen":{}}')

    agent = Agent(hosted, answer, PAGE, browser=browser, clock=lambda: time[0])
    for tick in page["ticks"]:
        for method, *arguments in tick:
            call(agent, method, arguments)
        agent.run_pending()
        time[0] += TICK
    if case.get("final_flush", True):
        agent.flush_now()
    return streams(sent, hosted["apiKey"])


def call(agent: Agent, method: str, arguments: list[Any]) -> None:
    """Make one recorded call."""
    if method == "flushNow":
        agent.flush_now()
    else:
        getattr(agent, _METHODS.get(method, method))(*untag(arguments))


def streams(envelopes: list[Envelope], api_key: str) -> Streams:
    """Sort requests into streams: by endpoint, by queue and by API key, as the expected ones are."""
    found: Streams = defaultdict(list)
    for envelope in envelopes:
        url = urlsplit(envelope.url)
        endpoint, key = url.path.split("/")[2:4]
        params = dict(parse_qsl(url.query, keep_blank_values=True))
        if endpoint != "guide.gif":
            name = (
                endpoint + ("+track" if params.get("type") == "track" else "") + ("" if key == api_key else f"@{key}")
            )
            found[name].append(_request(envelope, params))
    return found


def _request(envelope: Envelope, params: dict[str, str]) -> dict[str, Any]:
    packed = jzb.parse(envelope.body)["events"] if envelope.body else params.get("jzb", "")
    shown = {name: "*" if name in {"id", "s"} else value for name, value in params.items() if name not in {"ct", "jzb"}}
    return {"method": envelope.method, "params": shown, "decoded": _normalize(jzb.decode(packed)) if packed else None}


def _normalize(value: Any, name: str = "") -> Any:
    """Leave out what differs from run to run, as the expected requests do."""
    match value:
        case dict():
            return {key: _normalize(item, key) for key, item in value.items() if key not in _LEFT_OUT}
        case list():
            return [_normalize(item) for item in value]
        case None:
            return None
        case str():
            return "*" if name in _STARRED else _MADE_UP.sub("_PENDO_T_*", value)
        case _:
            return "*" if name in _STARRED else value


def _arrange(streams: Streams, case: Case) -> Any:
    if case["group"] in CUTS_AGREE:
        return streams
    return {name: list(_events(requests)) for name, requests in streams.items()}


def _events(requests: list[dict[str, Any]]) -> Iterator[Any]:
    for request in requests:
        decoded = request["decoded"]
        yield from decoded if isinstance(decoded, list) else [decoded]
