"""The rows of singleEvents and rawEvents: one for each event in the recorded requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.rows.row_event import read_row_events, to_json
from pendo_emulator.engage.sources.default_app import DEFAULT_APP
from pendo_emulator.profiles.observation import observe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.wire.event import Event
    from pendo_emulator.engage.pipeline import Source
    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.rows.row_event import RowEvent
    from pendo_emulator.engage.sources.event_sources import View
    from pendo_emulator.profiles.profile_reader import ProfileReader

_PAGE: Final = 500


def raw_rows(reader: ProfileReader, api_key: str, request: Source, view: View) -> Iterator[Row]:
    """Yield the events of the exchanges that the store still has, in the order of arrival."""
    after, until = 0, reader.last_id(api_key)
    while after < until:
        requests, after = reader.requests(api_key, after, until, _PAGE)
        for number, received in requests:
            for observation in observe(received, number):
                for one in read_row_events(received, observation)[-1:]:
                    if _is_wanted(one.at, request, view):
                        row = _row(one, received.beacon.events[observation.origin.index], received.envelope.received_at)
                        yield row | {"exchanges": [number]} if view.shows_exchanges else row


def _is_wanted(at: int, request: Source, view: View) -> bool:
    if view.visible_until is not None and at > view.visible_until:
        return False
    return request.time_range is None or request.time_range.start <= at < request.time_range.end


def _row(one: RowEvent, event: Event, received_at: int) -> Row:
    """Return a row; metadata events have their content as JSON in `title` (observed)."""
    value: Any = event.value
    props = value.get("properties", value.get("props"))
    return {
        "visitorId": one.visitor, "accountId": one.account, "appId": DEFAULT_APP, "type": event.type,
        "browserTime": one.at, "receivedTime": received_at, "url": _text(value.get("url")),
        "title": to_json(props) if event.type == "meta" else _text(value.get("title")), "server": one.server,
        "serverName": one.server, "remoteIp": one.remote_ip, "userAgent": one.user_agent, "tabId": one.tab,
        "eventId": f"{one.exchange}-{one.position}", "country": "", "region": "", "latitude": 0, "longitude": 0,
        "properties": props if event.type == "track" and type(props) is dict else {},
    }  # fmt: skip


def _text(value: Any) -> str:
    return value if type(value) is str else ""
