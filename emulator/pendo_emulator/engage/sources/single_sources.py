"""The rows of sources with one row for each event, or for each visitor: guides, polls, and raw events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions.periods import period_start
from pendo_emulator.engage.rows.row_event import GUIDES, POLLS
from pendo_emulator.engage.sources.default_app import DEFAULT_APP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_emulator.engage.pipeline import Source
    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.sources.event_sources import View
    from pendo_emulator.engage.store.event_rows import EventRowReader

# Names of polls' events are those of their guides, with the platform before (observed).
_POLL_TYPE: Final = "ui:web:pollResponse"
_GUIDE_COLUMNS: Final = (
    "type", "guideId", "guideStepId", "guideSeenReason", "language", "uiElementId", "uiElementType", "uiElementText",
    "uiElementActions", "url", "receivedTime", "eventId",
)  # fmt: skip
_POLL_COLUMNS: Final = (*_GUIDE_COLUMNS, "pollId", "pollType", "pollResponse")
_AUTOMATIC: Final = {
    "guideAdvanced": "lastAdvancedAutoAt", "guideDismissed": "lastDismissedAutoAt", "guideTimeout": "lastTimeoutAt",
}  # fmt: skip


def single_rows(reader: EventRowReader, api_key: str, request: Source, view: View, *, polls: bool) -> Iterator[Row]:
    """Yield the rows of guideEvents or pollEvents, ordered by time within a day."""
    time_range = request.time_range
    start = period_start("day", time_range.start, view.zone) if time_range else None
    stored = reader.rows(api_key, POLLS if polls else GUIDES, (start, time_range.end if time_range else None))
    columns = _POLL_COLUMNS if polls else _GUIDE_COLUMNS
    for day, row in stored:
        (count,) = row.hours.values()
        if time_range and not time_range.start <= count.first < time_range.end:
            continue
        if view.visible_until is not None and count.first > view.visible_until:
            continue
        detail = json.loads(row.detail)
        own = {name: detail.get(name) for name in columns}
        if polls:
            own["type"] = _POLL_TYPE
        visitor = view.visitors.get(row.visitor, row.visitor)
        exchanges = {"exchanges": row.exchanges} if view.shows_exchanges else {}
        yield {
            "visitorId": visitor, "accountId": row.account, "accountIds": [row.account] if row.account else [],
            "appId": DEFAULT_APP, **own, "guideTimestamp": count.first, "browserTime": count.first,
            "loadTime": 0, "title": "", "userAgent": row.user_agent, "remoteIp": row.remote_ip,
            "serverName": row.server, "country": "", "region": "", "latitude": 0, "longitude": 0, "elementPath": "",
            "tabId": row.tab, "properties": {}, "day": day,
            **exchanges,
        }  # fmt: skip


def guides_seen(events: Iterable[Row]) -> list[Row]:
    """Return one row for each guide step and visitor, from the events of guides (columns documented)."""
    seen: dict[tuple[Any, ...], Row] = {}
    for event in events:
        key = (event["visitorId"], event["guideId"], event["guideStepId"])
        at = event["browserTime"]
        row = seen.setdefault(key, {
            "guideId": event["guideId"], "guideStepId": event["guideStepId"], "visitorId": event["visitorId"],
            "firstSeenAt": at, "lastSeenAt": at, "lastState": "", "seenCount": 0,
            **dict.fromkeys(_AUTOMATIC.values(), 0),
        })  # fmt: skip
        row["firstSeenAt"] = min(row["firstSeenAt"], at)
        if at >= row["lastSeenAt"]:
            row["lastSeenAt"] = at
            row["lastState"] = str(event["type"]).removeprefix("guide").lower()
        row["seenCount"] += event["type"] == "guideSeen"
        if column := _AUTOMATIC.get(event["type"]):
            row[column] = max(row[column], at)
    return list(seen.values())


def polls_seen(events: Iterable[Row]) -> list[Row]:
    """Return the latest response of each visitor to each poll; `response` is another name that samples use."""
    latest: dict[tuple[Any, ...], Row] = {}
    for event in events:
        key = (event["visitorId"], event["pollId"])
        known = latest.get(key)
        if known is None or event["browserTime"] >= known["time"]:
            latest[key] = {
                "visitorId": event["visitorId"], "accountId": event["accountId"], "guideId": event["guideId"],
                "pollId": event["pollId"], "time": event["browserTime"], "pollResponse": event["pollResponse"],
                "response": event["pollResponse"],
            }  # fmt: skip
    return list(latest.values())
