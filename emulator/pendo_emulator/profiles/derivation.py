"""Derives visitors and accounts from requests: a pure function of their order, without a store and a clock."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pendo_emulator.profiles.limits import NAME_SIZE, URL_SIZE, cut_text
from pendo_emulator.profiles.metadata_schema import SchemaState
from pendo_emulator.profiles.observation import observe
from pendo_emulator.profiles.profile_parts import Link, StoryEvent
from pendo_emulator.profiles.states import AccountState, VisitorState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.profiles.observation import MetadataWrite, Observation
    from pendo_emulator.profiles.profile import Kind
    from pendo_emulator.profiles.states import ProfileState


class Ids(NamedTuple):
    """The ids of visitors and of accounts that observations are about."""

    visitors: set[str]
    accounts: set[str]


class Derivation:
    """The states of visitors and accounts of one API key by id, and the schemas of their metadata by kind.

    A derivation continues from saved states: it needs those of the ids that its observations are about, and the
    schemas.
    """

    def __init__(self) -> None:
        self.visitors: dict[str, VisitorState] = {}
        self.accounts: dict[str, AccountState] = {}
        self.schemas: dict[str, SchemaState] = {}

    def add(self, observations: Iterable[Observation]) -> None:
        """Add observations, in the order of arrival; the events of a do-not-process visitor change nothing."""
        for observation in observations:
            if self.is_processed(observation.visitor):
                self.add_processed(observation)

    def add_processed(self, observation: Observation) -> None:
        """Add an observation about a visitor whose events Pendo reads."""
        visitor = self._add_visitor(observation) if observation.visitor else None
        if observation.account and self.is_processed(observation.account, "account"):
            self._add_account(observation, visitor)
        for write in observation.metadata:
            self._write(write, observation)

    def is_processed(self, id_: str, kind: Kind = "visitor") -> bool:
        """Return whether Pendo reads the events of a visitor or an account."""
        state = (self.visitors if kind == "visitor" else self.accounts).get(id_)
        return state is None or not state.do_not_process

    def _states(self, kind: Kind) -> Mapping[str, ProfileState]:
        return self.visitors if kind == "visitor" else self.accounts

    def _write(self, write: MetadataWrite, observation: Observation) -> None:
        state = self._states(write.kind).get(write.id)
        if state is None and observation.creates:
            state = self._create(write, observation)
        if state is None:
            return
        if observation.way == "api":
            state.updated_at = max(state.updated_at, observation.received_at)
        elif state.do_not_process:
            return
        state.write(write.group, write.members, observation.origin)
        self.schemas.setdefault(write.kind, SchemaState()).add(write.group, write.members)

    def _create(self, write: MetadataWrite, observation: Observation) -> ProfileState:
        if write.kind == "visitor":
            return self._visitor(write.id, observation)
        return self._account(write.id, observation)

    def _add_visitor(self, observation: Observation) -> VisitorState:
        state = self._visitor(observation.visitor, observation)
        state.see(observation)
        at = observation.origin.at
        if observation.user_agent and at >= state.user_agent_at:
            state.user_agent, state.user_agent_at = cut_text(observation.user_agent, URL_SIZE), at
        if observation.url and at >= state.server_at and (server := _server(observation.url)):
            state.server, state.server_at = server, at
        origin, account = observation.origin, observation.account or None
        state.tell(StoryEvent(origin, observation.way, observation.name, account, observation.url))
        if earlier := observation.anonymous_id:
            anonymous = self._visitor(earlier, observation)
            state.link(state.before, Link(earlier, origin, observation.link_rule))
            anonymous.link(anonymous.became, Link(observation.visitor, origin, observation.link_rule))
        return state

    def _visitor(self, id_: str, observation: Observation) -> VisitorState:
        state = self.visitors.get(id_)
        if state is None:
            at = observation.origin.at
            state = self.visitors[id_] = VisitorState(at, at, observation.received_at)
        return state

    def _add_account(self, observation: Observation, visitor: VisitorState | None) -> None:
        state = self._account(observation.account, observation)
        state.see(observation)
        if visitor and visitor.use(observation.account, observation.origin.at):
            state.add_visitor(observation.visitor)
        if observation.parent and observation.parent != observation.account:
            above = self._account(observation.parent, observation)
            above.see(observation)
            if state.parent != observation.parent:
                state.parent = observation.parent
                if observation.account not in above.children:
                    above.add_child(observation.account)

    def _account(self, id_: str, observation: Observation) -> AccountState:
        state = self.accounts.get(id_)
        if state is None:
            at = observation.origin.at
            state = self.accounts[id_] = AccountState(at, at, observation.received_at)
        return state


def derive(requests: Iterable[JudgedRequest]) -> dict[str, Derivation]:
    """Derive the visitors and accounts of each API key from requests in their order.

    Exchanges keep their numbers; other requests are numbered from 1.
    """
    derivations: dict[str, Derivation] = {}
    for position, request in enumerate(requests, 1):
        derivation = derivations.setdefault(request.beacon.api_key, Derivation())
        derivation.add(observe(request, getattr(request, "id", position)))
    return derivations


def collect_ids(observations: Iterable[Observation]) -> Ids:
    """Return the ids of all visitors and accounts that observations are about."""
    ids = Ids(set(), set())
    for observation in observations:
        ids.visitors.update((observation.visitor, observation.anonymous_id))
        ids.accounts.update((observation.account, observation.parent))
        for write in observation.metadata:
            (ids.visitors if write.kind == "visitor" else ids.accounts).add(write.id)
    for kind in ids:
        kind.discard("")
    return ids


@lru_cache(maxsize=4096)
def _server(url: str) -> str | None:
    try:
        return cut_text(urlsplit(url).hostname or "", NAME_SIZE) or None
    except ValueError:
        return None
