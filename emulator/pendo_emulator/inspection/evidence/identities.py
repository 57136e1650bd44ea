"""Collects who the requests to Pendo are about: visitors, accounts, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.rules.identity.javascript_white_space import trim
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX, is_anonymous

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.wire.beacon import Beacon
    from pendo_emulator.inspection.evidence.case_clock import Moment
    from pendo_emulator.inspection.reading.pendo_targets import Role

MAX_IDS: Final = 10_000
MAX_FRAMES: Final = 5_000
MAX_STATEMENTS: Final = 200

# The agent adds these members itself (observed).
_OWN_MEMBERS: Final = frozenset({"id", "language"})
_GUIDE_REQUESTS: Final = frozenset({"guide.json", "guide.js"})
_IDENTIFY: Final = "identify"
_GROUP: Final = "group"


class Seen(NamedTuple):
    """The first place where an id appears; `event` is the position of its event in the request."""

    moment: Moment
    event: int


class Statement(NamedTuple):
    """What one request says of a visitor and an account: their ids, and the names of their fields besides the id.

    An account that is "" is none. `frame` and `sequence` are the place of the event in its page, "" and -1 without one.
    """

    moment: Moment
    frame: str
    sequence: int
    visitor: str
    account: str
    visitor_fields: tuple[str, ...]
    account_fields: tuple[str, ...]

    @property
    def order(self) -> tuple[int, int]:
        """The place among the statements of the same page."""
        return self.sequence, self.moment.position


@dataclass(slots=True)
class Described:
    """How an id is described: whether a field besides the id is ever said, with the first place of both cases."""

    with_fields: Moment | None = None
    without_fields: Moment | None = None

    def add(self, moment: Moment, *, has_fields: bool) -> None:
        """Add a description."""
        if has_fields:
            self.with_fields = min(self.with_fields or moment, moment)
        else:
            self.without_fields = min(self.without_fields or moment, moment)


@dataclass(slots=True)
class Identities:
    """The visitors and accounts of a recording, and the descriptions of each while a visitor is known.

    `agents` are the ids of the agents that sent events: each agent of each page has its own (observed). The keys of the
    descriptions are normalized ids: two spellings of one id are one key.
    """

    visitors: dict[str, Seen] = field(default_factory=dict)
    accounts: dict[str, Seen] = field(default_factory=dict)
    further: dict[str, int] = field(default_factory=dict)
    visitor_descriptions: dict[str, Described] = field(default_factory=dict)
    account_descriptions: dict[str, Described] = field(default_factory=dict)
    frames: dict[str, list[Statement]] = field(default_factory=dict)
    agents: set[str] = field(default_factory=set)
    agent_events: int = 0

    def add(self, beacon: Beacon, role: Role, moment: Moment) -> None:
        """Add the ids and descriptions of a request."""
        for index, event in enumerate(beacon.events):
            if type(event.value) is not dict:
                continue
            seen = Seen(moment, index)
            for visitor, account in _ids(event.value, role):
                self._see(self.visitors, "visitors", visitor, seen)
                self._see(self.accounts, "accounts", account, seen)
            if type(frame := event.value.get("frameId")) is str and len(self.agents) < MAX_FRAMES:
                self.agents.add(frame)
            self.agent_events += role == "data" and event.type not in {"log.gif", "errorlog"}
            if (statement := _statement(beacon, event.type, event.value, role, moment)) is not None:
                self._describe(statement)

    def known(self) -> list[str]:
        """Return the visitors who are not anonymous, in the order of appearance."""
        return [visitor for visitor in in_order(self.visitors) if not is_anonymous(visitor)]

    def _see(self, ids: dict[str, Seen], name: str, value: Any, seen: Seen) -> None:
        if type(value) is not str or not value:
            return
        if value in ids:
            ids[value] = min(ids[value], seen)
        elif len(ids) < MAX_IDS:
            ids[value] = seen
        else:
            self.further[name] = self.further.get(name, 0) + 1

    def _describe(self, said: Statement) -> None:
        if said.visitor and not is_anonymous(said.visitor):
            _described(self.visitor_descriptions, said.visitor).add(said.moment, has_fields=bool(said.visitor_fields))
            if said.account:
                accounts = _described(self.account_descriptions, said.account)
                accounts.add(said.moment, has_fields=bool(said.account_fields))
        if said.frame and (said.frame in self.frames or len(self.frames) < MAX_FRAMES):
            statements = self.frames.setdefault(said.frame, [])
            if len(statements) < MAX_STATEMENTS:
                statements.append(said)


def in_order(ids: dict[str, Seen]) -> list[str]:
    """Return ids in the order of their first appearance."""
    return sorted(ids, key=lambda value: ids[value])


def normalized(value: str) -> str:
    """Return the same text for all spellings of an id: without white space at its ends, in small letters."""
    return trim(value).lower()


def _described(descriptions: dict[str, Described], value: str) -> Described:
    key = normalized(value)
    if key not in descriptions and len(descriptions) >= MAX_IDS:
        return Described()
    return descriptions.setdefault(key, Described())


def _ids(value: dict[str, Any], role: Role) -> Iterator[tuple[Any, Any]]:
    """Yield the visitor and the account of an event; what an event says of earlier ids does not count."""
    find = value.get
    if role == "webhook":
        user, anonymous = find("userId"), find("anonymousId")
        if user is None and type(anonymous) is str:
            user = ANONYMOUS_PREFIX + anonymous
        yield user, find("groupId")
        yield None, _object(value, "properties").get("groupId")
        yield None, _object(value, "context").get("groupId")
        return
    yield find("visitor_id", find("visitorId")), find("account_id", find("accountId"))


def _statement(beacon: Beacon, kind: str, value: dict[str, Any], role: Role, moment: Moment) -> Statement | None:
    if role == "webhook":
        return _webhook_statement(kind, value, moment)
    if beacon.endpoint_name in _GUIDE_REQUESTS:
        said, visitor, account = _object(value, "metadata"), value.get("visitorId"), value.get("accountId")
    elif kind == "meta":
        said, visitor, account = _object(value, "props"), value.get("visitor_id"), value.get("account_id")
    else:
        return None
    if not said:
        return None
    frame, sequence = value.get("frameId"), value.get("sequence")
    return Statement(
        moment,
        frame if type(frame) is str else "",
        sequence if type(sequence) is int else -1,
        visitor if type(visitor) is str else "",
        account if type(account) is str else "",
        _fields(_object(said, "visitor")),
        _fields(_object(said, "account")),
    )


def _webhook_statement(kind: str, value: dict[str, Any], moment: Moment) -> Statement | None:
    user, group = value.get("userId"), value.get("groupId")
    fields = _fields(_object(value, "traits"))
    if kind not in {_IDENTIFY, _GROUP} or type(user) is not str or not fields:
        return None
    account = group if kind == _GROUP and type(group) is str else ""
    of_visitor, of_account = (fields, ()) if kind == _IDENTIFY else ((), fields)
    return Statement(moment, "", -1, user, account, of_visitor, of_account)


def _fields(said: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name[:100] for name in said if name not in _OWN_MEMBERS)[:20]


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    member = value.get(name)
    return member if type(member) is dict else {}
