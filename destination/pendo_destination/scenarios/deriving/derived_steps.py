"""Derives the steps of a scenario from the events of a recording: pages, calls, requests of servers, and pauses."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX
from pendo_destination.scenarios.deriving.recorded_case import is_web_address

if TYPE_CHECKING:
    from pendo_destination.scenarios.deriving.recorded_case import RecordedAnswer, RecordedCase

    Step = dict[str, Any]

MAX_STEPS: Final = 900
# Shorter pauses make no difference.
MIN_PAUSE: Final = 500
# A year in seconds: the limit of the format.
MAX_PAUSE: Final = 31_536_000

_MADE_BY_AGENT: Final = re.compile(re.escape(ANONYMOUS_PREFIX) + r"[A-Za-z0-9]{11}")
# Members that the agent adds to the metadata (observed).
_ADDED: Final = frozenset({"language"})
_SERVERS: Final = frozenset({"segmentio", "track"})
_REPEATED: Final = frozenset({"meta", "identify", "load", "track"})


@dataclass(slots=True)
class DerivedSteps:
    """The steps with their times in milliseconds, the URL of the first page, and counts of events left out by type."""

    timed: list[tuple[int, Step]] = field(default_factory=list)
    url: str = ""
    left_out: Counter[str] = field(default_factory=Counter)

    def with_pauses(self, start: int, end: int) -> list[Step]:
        """Return the steps, with pauses between them; the first page is opened at `start`."""
        steps: list[Step] = []
        now = start
        for moment, step in sorted(self.timed, key=lambda pair: pair[0])[:MAX_STEPS]:
            if moment - now >= MIN_PAUSE:
                steps.append({"wait": min(MAX_PAUSE, round((moment - now) / 1000, 1))})
            steps.append(step)
            now = max(now, moment)
        if end - now >= MIN_PAUSE:
            steps.append({"wait": round(min(end - now, 10_000) / 1000, 1)})
        return steps


@dataclass(slots=True)
class _Tab:
    """The state of the agent while its events are read."""

    frame: str | None = None
    visitor: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    is_started: bool = False


def derive_steps(case: RecordedCase) -> DerivedSteps:
    """Return the steps that lead to the events of a recording; each event counts once, however often it was sent."""
    derived, tab = DerivedSteps(), _Tab()
    for moment, event in _events(case):
        _add_event(derived, tab, moment, event)
    for answer in case.answers:
        if answer.endpoint in _SERVERS:
            derived.timed.append((answer.envelope.received_at, _server_step(answer)))
    return derived


def _events(case: RecordedCase) -> list[tuple[int, dict[str, Any]]]:
    """Return the different events of the agent in order, with their times."""
    found: dict[Any, tuple[int, dict[str, Any]]] = {}
    for answer in case.answers:
        if answer.endpoint != "ptm.gif":
            continue
        for event in answer.beacon.events:
            value = event.value
            if isinstance(value, dict):
                moment = value.get("browser_time")
                time = moment if type(moment) is int else answer.envelope.received_at
                identity = (str(value.get("frameId")), str(value.get("sequence")), str(value.get("type")), time)
                found.setdefault(identity, (time, value))
    return sorted(found.values(), key=lambda pair: (pair[0], _sequence(pair[1])))


def _sequence(event: dict[str, Any]) -> int:
    value = event.get("sequence")
    return value if type(value) is int else 0


def _add_event(derived: DerivedSteps, tab: _Tab, moment: int, event: dict[str, Any]) -> None:
    kind, frame, url = str(event.get("type")), str(event.get("frameId")), event.get("url")
    if kind not in _REPEATED:
        derived.left_out[kind] += 1
        return
    if tab.frame != frame:
        if tab.frame is None:
            derived.url = url if is_web_address(url) else ""
        elif is_web_address(url) or derived.url:
            derived.timed.append((moment - 2, {"open": url if is_web_address(url) else derived.url}))
        tab.frame, tab.is_started = frame, False
    props = event.get("props")
    props = props if isinstance(props, dict) else {}
    if kind == "meta":
        _add_metadata(derived, tab, moment, props)
    elif not tab.is_started and kind != "identify":
        # The same options as on the page before: the agent sends no metadata again (observed).
        _start(derived, tab, moment)
    if kind == "track":
        derived.timed.append((moment, {"pendo": ["track", event.get("track_event_name"), props]}))


def _add_metadata(derived: DerivedSteps, tab: _Tab, moment: int, props: dict[str, Any]) -> None:
    options = _options(props)
    visitor = str(options.get("visitor", {}).get("id", ""))
    known, tab.visitor, tab.options = tab.visitor, visitor, options
    if not tab.is_started:
        _start(derived, tab, moment)
    elif not visitor and known:
        derived.timed.append((moment, {"pendo": ["clearSession"]}))
    else:
        derived.timed.append((moment, {"pendo": ["identify", options]}))


def _start(derived: DerivedSteps, tab: _Tab, moment: int) -> None:
    tab.is_started = True
    derived.timed.append((moment - 1, {"pendo": ["initialize", tab.options]}))


def _options(props: dict[str, Any]) -> dict[str, Any]:
    """Return the options that the page passed: without what the agent added, and without an id that it made."""
    options: dict[str, Any] = {}
    for kind in ("visitor", "account", "parentAccount"):
        given = props.get(kind)
        members = (
            {name: value for name, value in given.items() if name not in _ADDED} if isinstance(given, dict) else {}
        )
        if _MADE_BY_AGENT.fullmatch(str(members.get("id"))) or members.get("id") is None:
            members.pop("id", None)
        if members:
            options[kind] = members
    parent, account = options.get("parentAccount", {}), options.get("account", {})
    if isinstance(account.get("id"), str) and "id" in parent:
        account["id"] = account["id"].removeprefix(f"{parent['id']}::")
    return options


def _server_step(answer: RecordedAnswer) -> Step:
    key, body = answer.beacon.api_key, answer.beacon.body
    is_secret = bool(answer.beacon.endpoint and answer.beacon.endpoint.secret)
    headers = {"headers": {"x-pendo-integration-key": "{key}"}} if is_secret else {}
    path = answer.beacon.path if is_secret else answer.beacon.path.replace(key, "{key}")
    return {
        "server": {"host": answer.host, "path": path, **headers, "body": body if isinstance(body, dict) else {}},
    }
