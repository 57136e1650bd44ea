"""Event: one thing that happened on a page, as the JSON that tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.agent.visitor.bounce import Trail
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.utf16 import utf16_length
from pendo_destination.javascript.values import UNDEFINED, Undefined, text, truthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.components import Parts
    from pendo_destination.agent.visitor.promoted import Group

# Stands in an event's JSON where the promoted metadata go; JSON text never has a NUL in it.
_HOLE: Final = "\0"

Text = str | Undefined


@dataclass(slots=True)
class Event:
    """An event: its JSON but for the end, or None where JSON cannot tell it, for there is a circle in it.

    `group` are the promoted metadata, shown as they are when the event is sent; `size` is the JSON's length in UTF-16
    units, without `bytes` itself, as it was when the event was numbered.
    """

    written: str | None
    account_id: Any = None
    source: str = ""
    group: Group | None = None
    size: int = 0

    def number(self, sequence: int) -> None:
        """Give the event its place on the page and its size."""
        if self.written is not None:
            self.written += f',"sequence":{sequence}'
            self.size = utf16_length(self._filled) + 1

    @property
    def json(self) -> str:
        """The whole JSON, as of now."""
        return f'{self._filled},"bytes":{self.size}}}'

    @property
    def _filled(self) -> str:
        written = self.written or ""
        return written if self.group is None else written.replace(_HOLE, text(stringify(self.group)))


class Capture:
    """Writes events, members in the agent's order, with the ids of tab, frame and session."""

    def __init__(self, parts: Parts) -> None:
        self._identity, self._session, self._promoted = parts.identity, parts.session, parts.promoted
        self._clock, ids = parts.environment.clock, parts.environment.ids
        tab = parts.environment.browser.session_storage
        if "pendo_tabId" not in tab:
            tab["pendo_tabId"] = ids(16)
        self._ids: tuple[tuple[str, Text], ...] = (
            ("parentTabId", stringify(tab.get("pendo_parentTabId"))),
            ("tabId", stringify(tab["pendo_tabId"])),
            ("frameId", stringify(ids(16))),
        )
        self._trail = Trail(tab)

    def capture(
        self,
        kind: str,
        props: Any,
        url: str,
        *,
        name: str = "",
        properties: Mapping[str, Any] | None = None,
        losses: Mapping[str, int] | None = None,
    ) -> Event:
        """Write an event: its type and props, where it happened, a track event's name, a click's event properties."""
        time, account_id, group = self._clock(), self._identity.account_id, self._promoted.current
        track, turned = kind == "track", kind == "load" and self._trail.follow(url, time)
        told = _write(props)
        own = stringify(dict(properties)) if properties else UNDEFINED
        members = (
            ("type", stringify(kind)),
            ("browser_time", str(time)),
            ("visitor_id", stringify(self._identity.settle_visitor_id())),
            ("account_id", stringify(account_id)),
            ("url", stringify(url)),
            ("props", _promote(told) if group and track else told),
            ("eventProperties", _promote(own) if group and own else own),
            *self._ids,
            ("track_event_name", stringify(name) if track else UNDEFINED),
            ("eventProperties", _promote("{}") if group and not (track or own) else UNDEFINED),
            ("frustrationTypes", '["uTurn"]' if turned else UNDEFINED),
            ("sessionId", stringify(self._session.touch(time))),
            ("utm", self._session.campaign or UNDEFINED),
            ("ops", stringify(dict(losses)) if losses else UNDEFINED),
        )
        written = ",".join(f'"{member}":{value}' for member, value in members if value is not UNDEFINED)
        return Event(None if told is None else f"{{{written}", account_id, _source(props), group)


def _write(props: Any) -> Text | None:
    try:
        return stringify(props)
    except RecursionError:
        return None


def _promote(written: Text | None) -> Text | None:
    """Leave room for the promoted metadata in an object's JSON."""
    if not isinstance(written, str) or not written.startswith("{"):
        return written
    return f'{written[:-1]}{"," if len(written) > 2 else ""}"__sg__":{_HOLE}}}'


def _source(props: Any) -> str:
    """Find the source that a request names if this is its first event."""
    source = props.get("source") if isinstance(props, dict) else None
    return text(source) if truthy(source) else ""
