"""Reads the facts of the events that the agent sends."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from pendo_contracts.common.javascript_numbers import SAFE_INTEGER
from pendo_contracts.rules.content_digest import checksum, compared_properties, pack
from pendo_contracts.rules.event_reader import EventReader, member_object, members_of, text
from pendo_contracts.rules.observation import TrackProperties
from pendo_contracts.rules.request_facts import EventFact, IdFact, PageRun, in_milliseconds, read_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendo_contracts.rules.event_reader import Members
    from pendo_contracts.verdict import Verdict
    from pendo_contracts.wire.event import Event

# Types of events with ids in their properties.
_WITH_IDS: Final = frozenset({"identify", "meta"})
# A typed event keeps its contract.
KEPT: Final = True
_read_common: Final = attrgetter("visitor_id", "account_id", "frameId", "sequence", "browser_time", "url", "props")


class AgentEventReader(EventReader):
    """Reads the events of a beacon."""

    # The events of these endpoints share one numbering in a page; a replay's `sequence` counts something else
    # (observed).
    is_numbered = True

    def __init__(self) -> None:
        super().__init__()
        # By position of an identify event: the visitor before it, and whether it takes the account away.
        self._changes: dict[int, tuple[str, bool]] = {}

    def read_all(self, events: Sequence[Event], verdicts: Sequence[Verdict], *, typed: bool) -> None:
        """Read the events of a beacon; typed events are read faster, with the same result."""
        if not typed:
            super().read_all(events, verdicts, typed=False)
            return
        visitors, accounts = self._visitors, self._accounts
        for event in events:
            kind, index = event.type, event.index
            visitor, account, frame, sequence, moment, page, properties = _read_common(event.decoded)
            if visitor not in visitors:
                visitors[visitor] = IdFact("visitor", visitor, index, "/visitor_id")
            if type(account) is not str:
                account = ""
            elif account not in accounts:
                accounts[account] = IdFact("account", account, index, "/account_id")
            numbered = sequence <= SAFE_INTEGER
            packed = pack(None if properties is UNSET else properties)
            content = checksum(packed)
            name, track = "", 0
            if kind == "track":
                name, track = event.decoded.track_event_name, _digest_track(properties, content)
            elif kind in _WITH_IDS:
                self._read_properties(kind, members_of(properties), index, numbered=numbered)
            fact = EventFact(
                kind, index, name, visitor, account, page, frame, sequence if numbered else None, moment, KEPT,
                (visitor,) if name else (), content if numbered else 0, track,
            )  # fmt: skip
            self.events.append(fact)
            if name and type(properties) is dict:
                self.tracks.append(TrackProperties(fact, "/props", properties, len(packed)))

    def _read_properties(self, kind: str, properties: Members, index: int, *, numbered: bool) -> None:
        if kind == "meta":
            self.read_metadata(properties, index, "/props")
            return
        self.read_identify(properties, index)
        if numbered:
            self._note_change(properties)

    def read(self, event: Event, members: Members, *, kept: bool) -> None:
        """Read one event."""
        self.read_ids(event, members)
        self._add_event(event, members, kept=kept)

    def read_ids(self, event: Event, members: Members) -> None:
        """Read the ids and the metadata of an event."""
        self.read_agent_ids(event, members)
        if event.type == "meta":
            self.read_metadata(member_object(members, "props"), event.index, "/props")

    def runs(self) -> tuple[PageRun, ...]:
        """Return the runs of the events that have a number in a page."""
        runs: list[PageRun] = []
        changes = self._changes
        frame, first, last, visitor, account, start = "", 0, -1, "", "", 0
        for position, event in enumerate(self.events):
            if (sequence := event.sequence) is None:
                continue
            change = changes.get(position) if changes else None
            if (
                sequence == last + 1 and change is None and event.frame == frame and event.visitor == visitor
                and event.account == account
            ):  # fmt: skip
                last = sequence
                continue
            if frame:
                runs.append(PageRun(frame, first, last, visitor, account, start))
            frame, first, last, visitor, account = event.frame, sequence, sequence, event.visitor, event.account
            start = position
            if change is not None:
                runs.append(PageRun(frame, first, last, visitor, account, start, *change))
                frame, last = "", -1
        if frame:
            runs.append(PageRun(frame, first, last, visitor, account, start))
        return tuple(runs)

    def _add_event(self, event: Event, members: Members, *, kept: bool) -> None:
        kind, find = event.type, members.get
        visitor, account, frame = find("visitor_id"), find("account_id"), text(find("frameId"))
        if visitor is None and "visitor_id" not in members:
            visitor = find("visitorId")
        if account is None and "account_id" not in members:
            account = find("accountId")
        visitor = text(visitor)
        sequence = _number(find("sequence")) if frame and self.is_numbered else None
        moment = read_moment(find("browser_time"))
        if moment is not None and not in_milliseconds(moment):
            moment = None
        is_track, properties = kind == "track", find("props")
        name, track, packed = "", 0, b""
        visitors: tuple[str, ...] = ()
        if is_track:
            name, visitors = text(find("track_event_name")), (visitor,) if visitor else ()
            packed = pack(properties)
            track = _digest_track(properties, checksum(packed))
        elif kind == "identify" and sequence is not None:
            self._note_change(member_object(members, "props"))
        fact = EventFact(
            kind, event.index, name, visitor, text(account), text(find("url")), frame, sequence, moment, kept, visitors,
            checksum(packed or pack(properties)) if sequence is not None and moment is not None else 0, track,
        )  # fmt: skip
        self.events.append(fact)
        if is_track and type(properties) is dict:
            self.tracks.append(TrackProperties(fact, "/props", properties, len(packed)))

    def _note_change(self, props: Members) -> None:
        old_visitor = text(props.get("old_visitor_id"))
        takes_away = bool(props.get("old_account_id")) and not props.get("account_id")
        if old_visitor or takes_away:
            self._changes[len(self.events)] = (old_visitor, takes_away)


class UnnumberedEventReader(AgentEventReader):
    """Reads the events of an endpoint whose events have no number in a page."""

    is_numbered = False


class GuideRequestReader(UnnumberedEventReader):
    """Reads the one object of a request for guides."""

    def read_ids(self, event: Event, members: Members) -> None:
        """Read the ids and the metadata of the request."""
        index = event.index
        for name in ("visitorId", "oldVisitorId"):
            self.add_visitor(members.get(name), index, f"/{name}")
        for name in ("accountId", "oldAccountId"):
            self.add_account(members.get(name), index, f"/{name}")
        self.read_metadata(member_object(members, "metadata"), index, "/metadata")


def _digest_track(properties: Any, content: int) -> int:
    """Return the digest of the properties that agent and webhook share; `content` is that of all properties."""
    compared = compared_properties(properties)
    return content if compared is properties else checksum(pack(compared))


def _number(sequence: Any) -> int | None:
    """Return the number of an event in its page, None for a value that cannot be one."""
    if type(sequence) is float and sequence.is_integer():
        sequence = int(sequence)
    return sequence if type(sequence) is int and -SAFE_INTEGER <= sequence <= SAFE_INTEGER else None
