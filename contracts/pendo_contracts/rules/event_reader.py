"""EventReader: what the readers of all senders share: ids, metadata objects and track events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import asdict

from pendo_contracts.rules.observation import MetadataObject
from pendo_contracts.rules.request_facts import IdFact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendo_contracts.rules.observation import TrackProperties
    from pendo_contracts.rules.request_facts import EventFact, PageRun
    from pendo_contracts.verdict import Verdict
    from pendo_contracts.wire.event import Event

Members = dict[str, Any]
_NOTHING: Final[Members] = {}
_METADATA: Final = ("visitor", "account", "parentAccount")


class EventReader:
    """Reads the events of one request; only the first place of each id counts.

    The members of an event are those of its JSON, or those of a TypedEvent: then absent members are UNSET.
    """

    def __init__(self) -> None:
        self.events: list[EventFact] = []
        self.metadata: list[MetadataObject] = []
        self.tracks: list[TrackProperties] = []
        self._visitors: dict[str, IdFact] = {}
        self._accounts: dict[str, IdFact] = {}

    def read_all(self, events: Sequence[Event], verdicts: Sequence[Verdict], *, typed: bool) -> None:
        """Read the events of a request; `verdicts` are those on the events, and `typed` is that of its beacon."""
        for event, verdict in zip(events, verdicts, strict=False):
            value = asdict(event.decoded) if typed else event.decoded
            if type(value) is dict:
                self.read(event, value, kept=not verdict.violations)

    def read(self, event: Event, members: Members, *, kept: bool) -> None:
        """Read one event."""
        raise NotImplementedError

    def runs(self) -> tuple[PageRun, ...]:
        """Return the runs of the events that have a number in a page."""
        return ()

    def ids(self) -> tuple[IdFact, ...]:
        """Return each different id with its first place."""
        return (*self._visitors.values(), *self._accounts.values())

    def add_visitor(self, value: Any, index: int, pointer: str) -> None:
        """Add the id of a visitor, unless it is no text or known."""
        if type(value) is str and value not in self._visitors:
            self._visitors[value] = IdFact("visitor", value, index, pointer)

    def add_account(self, value: Any, index: int, pointer: str) -> None:
        """Add the id of an account, unless it is no text or known."""
        if type(value) is str and value not in self._accounts:
            self._accounts[value] = IdFact("account", value, index, pointer)

    def read_agent_ids(self, event: Event, members: Members) -> None:
        """Read the ids that every event of an agent has, and those of identify events."""
        index = event.index
        self.add_visitor(members.get("visitor_id"), index, "/visitor_id")
        self.add_account(members.get("account_id"), index, "/account_id")
        if event.type == "identify":
            self.read_identify(member_object(members, "props"), index)

    def read_identify(self, props: Members, index: int) -> None:
        """Read the ids in the properties of an identify event."""
        self.add_visitor(props.get("visitor_id"), index, "/props/visitor_id")
        self.add_visitor(props.get("old_visitor_id"), index, "/props/old_visitor_id")
        self.add_account(props.get("account_id"), index, "/props/account_id")
        self.add_account(props.get("old_account_id"), index, "/props/old_account_id")

    def read_metadata(self, holder: Members, index: int, pointer: str) -> None:
        """Read the metadata objects of an agent's event, and the ids in them."""
        for name in _METADATA:
            if type(members := holder.get(name)) is dict:
                self.metadata.append(MetadataObject(name, index, f"{pointer}/{name}", members))
        self.add_visitor(member_object(holder, "visitor").get("id"), index, f"{pointer}/visitor/id")
        self.add_account(member_object(holder, "account").get("id"), index, f"{pointer}/account/id")


def member_object(members: Members, name: str) -> Members:
    """Return a member that is an object; an empty object for any other value."""
    return members_of(members.get(name))


def members_of(value: Any) -> Members:
    """Return the members of an object, none for any other value."""
    if type(value) is dict:
        return value
    return asdict(value) if isinstance(value, Struct) else _NOTHING


def text(value: Any) -> str:
    """Return a text as it is, "" for any other value."""
    return value if type(value) is str else ""
