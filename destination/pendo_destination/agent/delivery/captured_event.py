"""Captured events: the events of a page, as the JSON that Pendo receives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from pendo_destination.agent.visitor.bounce_detector import BounceDetector
from pendo_destination.javascript.json import quote, stringify
from pendo_destination.javascript.utf16 import utf16_length
from pendo_destination.javascript.values import UNDEFINED, Undefined, text, truthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.environment.page_and_browser import Environment, Location
    from pendo_destination.agent.visitor.identity import Identity
    from pendo_destination.agent.visitor.promoted_metadata import PromotedGroup, PromotedMetadata
    from pendo_destination.agent.visitor.session import Session

# Marks the position of the promoted metadata in an event's JSON; JSON text never contains a NUL.
_PROMOTED_MARK: Final = "\0"

Text = str | Undefined


class CapturedEvent(Struct):
    """An event of a page.

    `serialized` is its JSON without the member `bytes` and the closing brace, or None if it has a circular value.
    `promoted` are the promoted metadata, written with their values at sending time; `size` is the JSON's length in
    UTF-16 units, without the member `bytes`, at the time when the event got its sequence number.
    """

    serialized: str | None
    account_id: Any = None
    source: str = ""
    promoted: PromotedGroup | None = None
    size: int = 0

    def assign_sequence(self, sequence: int) -> None:
        """Set the event's number on the page, and its size."""
        if self.serialized is not None:
            self.serialized += f',"sequence":{sequence}'
            self.size = utf16_length(self._with_promoted) + 1

    @property
    def json(self) -> str:
        """The complete JSON with the current promoted metadata."""
        return f'{self._with_promoted},"bytes":{self.size}}}'

    @property
    def _with_promoted(self) -> str:
        serialized = self.serialized or ""
        if self.promoted is None:
            return serialized
        return serialized.replace(_PROMOTED_MARK, text(stringify(self.promoted)))


class EventCapture:
    """Creates events with the ids of tab, frame and session; an event's members have the same order as in the agent."""

    def __init__(
        self,
        environment: Environment,
        location: Location,
        identity: Identity,
        session: Session,
        promoted: PromotedMetadata,
    ) -> None:
        self._clock, self._location = environment.clock, location
        self._identity, self._session, self._promoted = identity, session, promoted
        tab = environment.browser.session_storage
        if "pendo_tabId" not in tab:
            tab["pendo_tabId"] = environment.make_id(16)
        self._ids: tuple[tuple[str, Text], ...] = (
            ("parentTabId", stringify(tab.get("pendo_parentTabId"))),
            ("tabId", stringify(tab["pendo_tabId"])),
            ("frameId", stringify(environment.make_id(16))),
        )
        self._bounces = BounceDetector(tab)

    def capture(
        self,
        kind: str,
        props: Any,
        *,
        props_json: str = "",
        url: str = "",
        name: str = "",
        properties: Mapping[str, Any] | None = None,
        losses: Mapping[str, int] | None = None,
    ) -> CapturedEvent:
        """Return an event of a type.

        `props_json` is the JSON of the props if it is known. `url` defaults to the page's URL, `name` is a track
        event's name, `properties` are a click's event properties, `losses` counts lost requests.
        """
        url = url or self._location.url
        time, account_id, promoted = self._clock(), self._identity.account_id, self._promoted.current
        track, returned = kind == "track", kind == "load" and self._bounces.record_load(url, time)
        written_props = props_json or _stringify(props)
        written_properties = stringify(dict(properties)) if properties else UNDEFINED
        members = (
            ("type", quote(kind)),
            ("browser_time", str(time)),
            ("visitor_id", quote(self._identity.ensure_visitor_id())),
            ("account_id", quote(account_id) if isinstance(account_id, str) else stringify(account_id)),
            ("url", quote(url)),
            ("props", _mark_promoted(written_props) if promoted and track else written_props),
            (
                "eventProperties",
                _mark_promoted(written_properties) if promoted and written_properties else written_properties,
            ),
            *self._ids,
            ("track_event_name", quote(name) if track else UNDEFINED),
            ("eventProperties", _mark_promoted("{}") if promoted and not (track or written_properties) else UNDEFINED),
            ("frustrationTypes", '["uTurn"]' if returned else UNDEFINED),
            ("sessionId", quote(self._session.touch(time))),
            ("utm", self._session.campaign or UNDEFINED),
            ("ops", stringify(dict(losses)) if losses else UNDEFINED),
        )
        written = ",".join([f'"{member}":{value}' for member, value in members if value is not UNDEFINED])
        return CapturedEvent(None if written_props is None else f"{{{written}", account_id, _source(props), promoted)


def _stringify(props: Any) -> Text | None:
    try:
        return stringify(props)
    except RecursionError:
        return None


def _mark_promoted(written: Text | None) -> Text | None:
    """Add the mark of the promoted metadata to an object's JSON."""
    if not isinstance(written, str) or not written.startswith("{"):
        return written
    return f'{written[:-1]}{"," if len(written) > 2 else ""}"__sg__":{_PROMOTED_MARK}}}'


def _source(props: Any) -> str:
    """Return the `source` of an event's props; a request has the `source` of its first event as a parameter."""
    source = props.get("source") if isinstance(props, dict) else None
    return text(source) if truthy(source) else ""
