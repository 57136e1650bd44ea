"""Reports to an emulator what a source did with each event, for the emulator's console."""

from __future__ import annotations

import json
import logging
import os
import time
from dataclasses import asdict
from queue import Empty, Full, Queue
from threading import Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import requests

from pendo_contracts.common.safe_text import cut
from pendo_destination.explain.destination_comparison import observe
from pendo_destination.explain.event_processing import explain_subscriptions
from pendo_destination.javascript.json import stringify

if TYPE_CHECKING:
    from typing import Self

    from pendo_destination.browser.site_config import SiteConfig
    from pendo_destination.explain.event_processing import SubscriptionResult
    from pendo_destination.runtime.definition import Event

MAX_WAITING: Final = 1000
MAX_BATCH: Final = 50
# Characters of a report as JSON; the emulator accepts 64 KB.
MAX_REPORT: Final = 32 * 1024
TIMEOUT: Final = 5.0

_SHORT: Final = frozenset({"name", "action", "enabled", "matched", "problem"})
_MAX_SHORT: Final = 30
_ID_MEMBERS: Final = ("type", "event", "name", "userId", "anonymousId", "groupId", "messageId", "timestamp")

log = logging.getLogger("pendo-destination")


class EventReporter:
    """Sends reports in a thread of its own; reports that wait are bounded, and an emulator that fails costs nothing.

    A report is made from the event and the settings, as `pendo-destination explain` does: the event is treated as the
    first one on its page. `dropped` counts the events without a report.
    """

    def __init__(self, emulator: str, config: SiteConfig) -> None:
        api_key = quote(str(config.settings.get("apiKey", "")), safe="")
        self._url = f"{emulator.rstrip('/')}/_emulator/keys/{api_key}/source-reports"
        self._config = config
        self._closing = self._failed = False
        self._waiting: Queue[tuple[Event, str, int] | None] = Queue(MAX_WAITING)
        self.dropped = 0
        self._thread = Thread(target=self._run, name="event reporter", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Send the waiting reports; drop them at the first failure, so that closing takes a bounded time."""
        self._closing = True
        self._waiting.put(None)
        self._thread.join()

    def report(self, event: Event, problem: str) -> None:
        """Report an event, and why it was not sent ("" if it was)."""
        try:
            self._waiting.put_nowait((event, problem, time.time_ns() // 1_000_000))
        except Full:
            self.dropped += 1

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # the emulator is not behind a proxy
            if token := os.environ.get("PENDO_EMULATOR_TOKEN"):
                session.headers["authorization"] = f"Bearer {token}"
            while (batch := self._next_batch()) is not None:
                if self._closing and self._failed:
                    self.dropped += len(batch)
                else:
                    self._send(session, batch)

    def _next_batch(self) -> list[tuple[Event, str, int]] | None:
        first = self._waiting.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < MAX_BATCH:
            try:
                following = self._waiting.get_nowait()
            except Empty:
                break
            if following is None:
                self._waiting.put(None)
                break
            batch.append(following)
        return batch

    def _send(self, session: requests.Session, batch: list[tuple[Event, str, int]]) -> None:
        reports = [self._describe(*entry) for entry in batch]
        body = f"[{','.join(reports)}]".encode("utf-8", "replace")
        try:
            session.post(self._url, data=body, timeout=TIMEOUT).raise_for_status()
        except requests.RequestException as error:
            self.dropped += len(batch)
            if not self._failed:
                log.warning("the emulator's console gets no report: %s", error)
            self._failed = True
        else:
            self._failed = False

    def _describe(self, event: Event, problem: str, at: int) -> str:
        config = self._config
        results = explain_subscriptions(config.definition, config.subscriptions, event)
        calls = observe(lambda connect: config.install(connect)[0], event)
        report: dict[str, Any] = {
            "event": dict(event),
            "subscriptions": [_describe_result(result) for result in results],
            "calls": [{"method": method, "arguments": list(arguments)} for method, arguments in calls.on_event],
            "problem": problem or calls.problem,
            "at": at,
        }
        text = stringify(report) or "{}"
        if len(text) <= MAX_REPORT:
            return text
        return json.dumps(_without_values(report))


def _describe_result(result: SubscriptionResult) -> dict[str, Any]:
    names = ("name", "action", "enabled", "trigger", "matched", "payload", "problem")
    conditions = [asdict(condition) for condition in result.conditions]
    return {name: getattr(result, name) for name in names} | {"conditions": conditions}


def _without_values(report: dict[str, Any]) -> dict[str, Any]:
    """Return a report without the values of the event, which are too long."""
    event = {name: cut(str(report["event"][name])) for name in _ID_MEMBERS if name in report["event"]}
    results = [
        {name: cut(value) if isinstance(value, str) else value for name, value in result.items() if name in _SHORT}
        for result in report["subscriptions"][:_MAX_SHORT]
    ]
    calls = [{"method": call["method"], "arguments": []} for call in report["calls"][:_MAX_SHORT]]
    return report | {"event": event, "subscriptions": results, "calls": calls, "problem": cut(report["problem"])}
