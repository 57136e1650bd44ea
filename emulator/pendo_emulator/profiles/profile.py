"""The profiles of visitors and accounts: frozen values with the event behind each fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import Struct, field

from pendo_contracts.wire.visitor_ids import is_anonymous

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.profiles.profile_parts import AccountUse, Group, Link, MetadataField, StoryEvent

Kind: TypeAlias = Literal["visitor", "account"]


class VisitorProfile(Struct, frozen=True, gc=False):
    """A visitor as Pendo would hold it.

    Times are in milliseconds since 1970. `first_seen` and `last_seen` count all events; `first_visit` and `last_visit`
    only those that Pendo counts as visits, None without one. `updated_at` is the last time of receipt. `events` counts
    events by type. `account` is the account of the latest event with an account. `before` lists the anonymous visitors
    that became this visitor; `became` lists the visitors that this anonymous visitor became. `auto` has Pendo's own
    fields. `story` has the last events in the order of arrival; `earlier_events` counts the events before them. The
    members `further_...` count what the limits leave out.
    """

    api_key: str
    id: str
    first_seen: int
    last_seen: int
    updated_at: int
    first_visit: int | None = None
    last_visit: int | None = None
    events: Mapping[str, int] = field(default_factory=dict)
    account: str | None = None
    accounts: tuple[AccountUse, ...] = ()
    further_accounts: int = 0
    metadata: Mapping[Group, tuple[MetadataField, ...]] = field(default_factory=dict)
    further_fields: int = 0
    auto: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[Link, ...] = ()
    became: tuple[Link, ...] = ()
    further_links: int = 0
    story: tuple[StoryEvent, ...] = ()
    earlier_events: int = 0

    @property
    def is_anonymous(self) -> bool:
        """Whether the agent made this id for an unknown visitor."""
        return is_anonymous(self.id)

    def values(self, group: Group = "agent") -> dict[str, Any]:
        """Return the current values of a group of metadata by field name."""
        return _values(self.metadata, group)

    def summary(self) -> dict[str, Any]:
        """Return the profile as JSON without histories and events, for lists."""
        ids = {"before": [link.id for link in self.before], "became": [link.id for link in self.became]}
        return _summary(self) | ids | {"is_anonymous": self.is_anonymous, "account": self.account}

    def to_json(self) -> dict[str, Any]:
        """Return the profile as JSON."""
        return {
            "id": self.id,
            "is_anonymous": self.is_anonymous,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
            "first_visit": self.first_visit,
            "last_visit": self.last_visit,
            "updated_at": self.updated_at,
            "events": dict(self.events),
            "account": self.account,
            "accounts": [use.to_json() for use in self.accounts],
            "further_accounts": self.further_accounts,
            "metadata": _metadata_to_json(self.metadata),
            "further_fields": self.further_fields,
            "auto": dict(self.auto),
            "before": [link.to_json() for link in self.before],
            "became": [link.to_json() for link in self.became],
            "further_links": self.further_links,
            "story": [event.to_json() for event in self.story],
            "earlier_events": self.earlier_events,
        }


class AccountProfile(Struct, frozen=True, gc=False):
    """An account as Pendo would hold it.

    Times and counts are those of VisitorProfile. `parent` is the parent account's id, None without one; `children` are
    the accounts below it. `visitors` are the visitors seen first, `visitor_count` is the number of all.
    """

    api_key: str
    id: str
    first_seen: int
    last_seen: int
    updated_at: int
    first_visit: int | None = None
    last_visit: int | None = None
    events: Mapping[str, int] = field(default_factory=dict)
    parent: str | None = None
    children: tuple[str, ...] = ()
    further_children: int = 0
    visitors: tuple[str, ...] = ()
    visitor_count: int = 0
    metadata: Mapping[Group, tuple[MetadataField, ...]] = field(default_factory=dict)
    further_fields: int = 0
    auto: Mapping[str, Any] = field(default_factory=dict)

    def values(self, group: Group = "agent") -> dict[str, Any]:
        """Return the current values of a group of metadata by field name."""
        return _values(self.metadata, group)

    def summary(self) -> dict[str, Any]:
        """Return the profile as JSON without histories, for lists."""
        return _summary(self) | {"parent": self.parent, "visitor_count": self.visitor_count}

    def to_json(self) -> dict[str, Any]:
        """Return the profile as JSON."""
        return {
            "id": self.id,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
            "first_visit": self.first_visit,
            "last_visit": self.last_visit,
            "updated_at": self.updated_at,
            "events": dict(self.events),
            "parent": self.parent,
            "children": list(self.children),
            "further_children": self.further_children,
            "visitors": list(self.visitors),
            "visitor_count": self.visitor_count,
            "metadata": _metadata_to_json(self.metadata),
            "further_fields": self.further_fields,
            "auto": dict(self.auto),
        }


Profile: TypeAlias = VisitorProfile | AccountProfile


def _summary(profile: Profile) -> dict[str, Any]:
    return {
        "id": profile.id,
        "first_seen": profile.first_seen,
        "last_seen": profile.last_seen,
        "event_count": sum(profile.events.values()),
        "values": {group: _values(profile.metadata, group) for group in profile.metadata},
    }


def _values(metadata: Mapping[Group, tuple[MetadataField, ...]], group: Group) -> dict[str, Any]:
    return {one.name: one.value for one in metadata.get(group, ())}


def _metadata_to_json(metadata: Mapping[Group, tuple[MetadataField, ...]]) -> dict[str, Any]:
    return {group: {one.name: one.to_json() for one in fields} for group, fields in metadata.items()}
