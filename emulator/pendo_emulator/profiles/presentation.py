"""Builds profiles from states: they add Pendo's own fields, and the story of the anonymous visitor before."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.visitor_ids import is_anonymous
from pendo_emulator.profiles.browser import read_browser
from pendo_emulator.profiles.profile import AccountProfile, VisitorProfile
from pendo_emulator.profiles.profile_parts import Group, MetadataField, StoryEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_emulator.profiles.states import AccountState, ProfileState, VisitorState

_FNV_START: Final = 0x811C9DC5
_FNV_PRIME: Final = 0x01000193


def visitor_profile(
    api_key: str, id_: str, state: VisitorState, earlier: Mapping[str, VisitorState] | None = None
) -> VisitorProfile:
    """Return the profile of a visitor.

    `earlier` has the states of the anonymous visitors before; their events until the link belong to the story.
    """
    return VisitorProfile(
        api_key, id_, state.first_seen, state.last_seen, state.updated_at, state.first_visit, state.last_visit,
        dict(state.events), state.account, tuple(state.accounts.values()), state.further_accounts, _metadata(state),
        state.further_fields, auto_of_visitor(id_, state), tuple(state.before),
        tuple(state.became), state.further_links, tuple(_story(state, earlier or {})), state.earlier_events,
    )  # fmt: skip


def account_profile(api_key: str, id_: str, state: AccountState) -> AccountProfile:
    """Return the profile of an account."""
    return AccountProfile(
        api_key, id_, state.first_seen, state.last_seen, state.updated_at, state.first_visit, state.last_visit,
        dict(state.events), state.parent, tuple(state.children), state.further_children, tuple(state.visitors),
        state.visitor_count, _metadata(state), state.further_fields, auto_of_account(id_, state),
    )  # fmt: skip


def _metadata(state: ProfileState) -> dict[Group, tuple[MetadataField, ...]]:
    return {
        group: tuple(
            MetadataField(name, known.display_name, known.current, tuple(known.history), known.forgotten_values)
            for name, known in fields.items()
        )
        for group, fields in state.metadata.items()
    }


def auto_of_account(id_: str, state: ProfileState) -> dict[str, Any]:
    """Return Pendo's own fields of an account."""
    auto = {
        "id": id_,
        "idhash": hash_id(id_),
        "nid": 0,
        "createdat": state.first_seen,
        "firstvisit": state.first_visit,
        "lastvisit": state.last_visit,
        "lastupdated": state.updated_at,
    }
    return {name: value for name, value in auto.items() if value is not None}


def auto_of_visitor(id_: str, state: VisitorState) -> dict[str, Any]:
    """Return Pendo's own fields of a visitor."""
    name, version, system = read_browser(state.user_agent or "")
    auto = {
        "accountid": state.account,
        "accountids": sorted(state.accounts, key=lambda id_: (state.accounts[id_].first_seen, id_)) or None,
        "firstidentifiedvisit": None if is_anonymous(id_) else state.first_visit,
        "lastbrowsername": name,
        "lastbrowserversion": version,
        "lastoperatingsystem": system,
        "lastuseragent": state.user_agent,
        "lastservername": state.server,
    }
    return auto_of_account(id_, state) | {name: value for name, value in auto.items() if value}


def _story(state: VisitorState, earlier: Mapping[str, VisitorState]) -> Iterator[StoryEvent]:
    stories: list[list[StoryEvent]] = [state.story]
    for link in state.before:
        if link.id in earlier:
            until = _place(link.origin.exchange, link.origin.index)
            stories.append([
                StoryEvent(event.origin, event.way, event.name, event.account, event.url, link.id)
                for event in earlier[link.id].story
                if _place(event.origin.exchange, event.origin.index) < until
            ])  # fmt: skip
    return merge(*stories, key=lambda event: _place(event.origin.exchange, event.origin.index))


def _place(exchange: int, index: int) -> tuple[int, int]:
    return exchange, index


def hash_id(id_: str) -> int:
    """Return the 32-bit FNV-1a hash of an id (assumed: Pendo names no algorithm)."""
    value = _FNV_START
    for byte in id_.encode():
        value = ((value ^ byte) * _FNV_PRIME) & 0xFFFFFFFF
    return value
