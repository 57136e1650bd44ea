"""The saved states of a derivation: everything that is known about one visitor or one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct, field

from pendo_emulator.profiles.api_writes import DO_NOT_PROCESS
from pendo_emulator.profiles.limits import (
    MAX_ACCOUNTS,
    MAX_CHILDREN,
    MAX_FIELDS,
    MAX_HISTORY,
    MAX_LINKS,
    MAX_STORY,
    MAX_TYPES,
    MAX_VISITORS,
    NAME_SIZE,
    OTHER_TYPES,
    SEARCH_SIZE,
    VALUE_SIZE,
    cut_text,
    json_text,
)
from pendo_emulator.profiles.profile_parts import AccountUse, Group, Link, Origin, SetValue, StoryEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.profiles.observation import Observation

_SEARCHED_VALUE: Final = 200


class FieldState(Struct, array_like=True):
    """A metadata field: the name that was sent last, the current value, and the earlier values, the oldest first.

    `last_at` is the time of the latest event that set the current value.
    """

    display_name: str
    current: SetValue
    history: list[SetValue] = field(default_factory=list)
    forgotten_values: int = 0
    last_at: int = 0

    def set(self, display_name: str, value: SetValue) -> None:
        """Set a value; an equal value keeps the event that set it first.

        The value of an event before that of the current value is an earlier value, even if it arrives later.
        """
        at = value.origin.at
        is_equal = (value.text, value.size) == (self.current.text, self.current.size)
        if at < max(self.last_at, self.current.origin.at):
            if is_equal:
                return
            self.history.append(value)
            self.history.sort(key=lambda one: one.origin.at)
        else:
            self.display_name, self.last_at = display_name, at
            if is_equal:
                return
            self.history.append(self.current)
            self.current = value
        if len(self.history) > MAX_HISTORY:
            del self.history[0]
            self.forgotten_values += 1


class ProfileState(Struct, array_like=True):
    """What visitors and accounts have in common; the members are those of VisitorProfile."""

    first_seen: int
    last_seen: int
    updated_at: int
    first_visit: int | None = None
    last_visit: int | None = None
    events: dict[str, int] = field(default_factory=dict)
    metadata: dict[Group, dict[str, FieldState]] = field(default_factory=dict)
    further_fields: int = 0

    @property
    def do_not_process(self) -> bool:
        """Whether Pendo drops the events of this visitor or account."""
        group = self.metadata.get("pendo")
        flag = group.get(DO_NOT_PROCESS) if group else None
        return flag is not None and flag.current.text == "true"

    def see(self, observation: Observation) -> None:
        """Add the time and the type of an event."""
        at = observation.origin.at
        self.first_seen = min(self.first_seen, at)
        self.last_seen = max(self.last_seen, at)
        self.updated_at = max(self.updated_at, observation.received_at)
        if observation.is_event:
            kind = observation.origin.type
            if kind not in self.events and len(self.events) >= MAX_TYPES:
                kind = OTHER_TYPES
            self.events[kind] = self.events.get(kind, 0) + 1
            if self.first_visit is None or at < self.first_visit:
                self.first_visit = at
        if observation.is_visit and (self.last_visit is None or at > self.last_visit):
            self.last_visit = at

    def write(self, group: Group, members: Mapping[str, Any], origin: Origin) -> None:
        """Set the fields of a group; the id is no field."""
        fields = self.metadata.setdefault(group, {})
        for sent, value in members.items():
            if sent == "id":
                continue
            text = json_text(value)
            name = cut_text(sent, NAME_SIZE).lower()
            new = SetValue(cut_text(text, VALUE_SIZE), len(text), origin)
            if known := fields.get(name):
                known.set(cut_text(sent, NAME_SIZE), new)
            elif sum(map(len, self.metadata.values())) < MAX_FIELDS:
                fields[name] = FieldState(cut_text(sent, NAME_SIZE), new)
            else:
                self.further_fields += 1

    def search_text(self, id_: str) -> str:
        """Return the text in which a search by substring looks: the id and the values, in lower case."""
        values = (
            known.current.text[:_SEARCHED_VALUE].strip('"')
            for fields in self.metadata.values()
            for known in fields.values()
        )
        return cut_text("\n".join((id_, *values)).lower(), SEARCH_SIZE)


class VisitorState(ProfileState, array_like=True):
    """A visitor; the members are those of VisitorProfile.

    `account_at`, `user_agent_at` and `server_at` are the times of the events with these values.
    """

    account: str | None = None
    account_at: int = 0
    accounts: dict[str, AccountUse] = field(default_factory=dict)
    further_accounts: int = 0
    user_agent: str | None = None
    server: str | None = None
    before: list[Link] = field(default_factory=list)
    became: list[Link] = field(default_factory=list)
    further_links: int = 0
    story: list[StoryEvent] = field(default_factory=list)
    earlier_events: int = 0
    user_agent_at: int = 0
    server_at: int = 0

    def use(self, account: str, at: int) -> bool:
        """Count an event with an account; return whether it is the first one with this account."""
        if self.account is None or at >= self.account_at:
            self.account, self.account_at = account, at
        known = self.accounts.get(account)
        if known is None and len(self.accounts) >= MAX_ACCOUNTS:
            self.further_accounts += 1
            return False
        first, last, events = (known.first_seen, known.last_seen, known.events) if known else (at, at, 0)
        self.accounts[account] = AccountUse(account, min(first, at), max(last, at), events + 1)
        return known is None

    def tell(self, event: StoryEvent) -> None:
        """Add an event to the story."""
        self.story.append(event)
        if len(self.story) > MAX_STORY:
            del self.story[0]
            self.earlier_events += 1

    def link(self, links: list[Link], link: Link) -> None:
        """Add a link to `before` or `became`, unless it is known."""
        if any(known.id == link.id for known in links):
            return
        if len(links) < MAX_LINKS:
            links.append(link)
        else:
            self.further_links += 1


class AccountState(ProfileState, array_like=True):
    """An account; the members are those of AccountProfile."""

    parent: str | None = None
    children: list[str] = field(default_factory=list)
    further_children: int = 0
    visitors: list[str] = field(default_factory=list)
    visitor_count: int = 0

    def add_visitor(self, visitor: str) -> None:
        """Add a visitor whose first event with this account was seen."""
        self.visitor_count += 1
        if len(self.visitors) < MAX_VISITORS:
            self.visitors.append(visitor)

    def add_child(self, child: str) -> None:
        """Add an account below this one; its parent was not known before."""
        if len(self.children) < MAX_CHILDREN:
            self.children.append(child)
        else:
            self.further_children += 1


_encode = msgspec.json.Encoder().encode
_decode_visitor = msgspec.json.Decoder(VisitorState).decode
_decode_account = msgspec.json.Decoder(AccountState).decode


def encode_state(state: ProfileState) -> str:
    """Write a state as JSON."""
    return _encode(state).decode()


def decode_visitor(text: str) -> VisitorState:
    """Read the state of a visitor."""
    return _decode_visitor(text)


def decode_account(text: str) -> AccountState:
    """Read the state of an account."""
    return _decode_account(text)
