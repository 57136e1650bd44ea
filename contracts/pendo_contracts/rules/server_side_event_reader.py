"""Reads the facts of the events that servers send: Segment's webhook, and Pendo's APIs for servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from pendo_contracts.rules.content_digest import checksum, compared_properties, pack
from pendo_contracts.rules.event_reader import EventReader, member_object, text
from pendo_contracts.rules.observation import MetadataObject, TrackProperties
from pendo_contracts.rules.request_facts import EventFact, in_milliseconds
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.rules.event_reader import Members
    from pendo_contracts.wire.event import Event

_TRAITS: Final[Mapping[str, str]] = {"identify": "visitor", "group": "account"}


class ServerSideEventReader(EventReader):
    """Reads events that have no place in a page; `is_compared` is true if the agent can send the same event."""

    is_compared: ClassVar[bool] = False

    def read(self, event: Event, members: Members, *, kept: bool) -> None:
        """Read one event."""
        self.read_ids(event, members)
        is_track, moment = event.type == "track", event.happened_at
        account = event.account_id or text(member_object(members, "properties").get("groupId"))
        properties = members.get("properties")
        compared = checksum(pack(compared_properties(properties))) if is_track and self.is_compared else 0
        fact = EventFact(
            event.type, event.index, event.name or "", event.visitor_id or "", account, text(members.get("url")), "",
            None, moment if moment is not None and in_milliseconds(moment) else None, kept,
            event.visitor_ids if is_track else (), 0, compared,
        )  # fmt: skip
        self.events.append(fact)
        if is_track and type(properties) is dict:
            self.tracks.append(TrackProperties(fact, "/properties", properties, len(pack(properties))))

    def read_ids(self, event: Event, members: Members) -> None:
        """Read the ids and the metadata of an event."""
        self.read_agent_ids(event, members)


class TrackCallReader(ServerSideEventReader):
    """Reads the one event of a call of /data/track."""

    is_compared = True

    def read_ids(self, event: Event, members: Members) -> None:
        """Read the ids of the call."""
        self.add_visitor(members.get("visitorId"), event.index, "/visitorId")
        self.add_account(members.get("accountId"), event.index, "/accountId")


class WebhookReader(ServerSideEventReader):
    """Reads the one event of a call of Segment's webhook."""

    is_compared = True

    def read_ids(self, event: Event, members: Members) -> None:
        """Read the ids and the traits of the call."""
        index = event.index
        user, anonymous = members.get("userId"), members.get("anonymousId")
        if user is None and type(anonymous) is str:
            self.add_visitor(ANONYMOUS_PREFIX + anonymous, index, "/anonymousId")
        self.add_visitor(user, index, "/userId")
        self.add_account(members.get("groupId"), index, "/groupId")
        self.add_account(member_object(members, "properties").get("groupId"), index, "/properties/groupId")
        kind = _TRAITS.get(event.type)
        if kind and type(traits := members.get("traits")) is dict:
            self.metadata.append(MetadataObject(kind, index, "/traits", traits))
