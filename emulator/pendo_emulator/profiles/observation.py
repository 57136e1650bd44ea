"""Reads from a request what its events say about visitors and accounts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.wire.event import read_identity
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX, is_anonymous
from pendo_emulator.profiles.api_writes import read_api_writes
from pendo_emulator.profiles.derivation_rules import IDENTIFY_LINK, WEBHOOK_LINK
from pendo_emulator.profiles.limits import (
    ACCOUNT_ID_BYTES,
    NAME_SIZE,
    URL_SIZE,
    VISITOR_ID_BYTES,
    cut_bytes,
    cut_text,
)
from pendo_emulator.profiles.profile_parts import Group, Origin, Way
from pendo_emulator.subscription import DROPPED, NO_TRACK, WRONG_REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.wire.event import Event
    from pendo_emulator.profiles.profile import Kind

SEPARATOR: Final = "::"

# The last moment that a date of JavaScript can have, in milliseconds since 1970.
_LAST_MOMENT: Final = 8.64e15
# Characters of a URL that are read.
_URL_READ: Final = 4096
_PLACEHOLDER: Final = "visitor-unique-id"
_VISITS: Final = frozenset({"load", "click", "identify"})
_NOTHING: Final[Mapping[str, Any]] = {}


class MetadataWrite(NamedTuple):
    """Values that an event sets in a group of metadata of a visitor or an account."""

    kind: Kind
    id: str
    group: Group
    members: Mapping[str, Any]


class Observation(NamedTuple):
    """What one event says; an id "" means that there is none.

    `anonymous_id` is the earlier id of the same person, and `link_rule` the rule that says so. `parent` is the parent
    of the account. `is_event` is false for metadata alone, `is_visit` true for events that count as a visit. `creates`
    is true for metadata of Pendo's API that makes a new visitor or account.
    """

    origin: Origin
    way: Way
    received_at: int
    visitor: str
    account: str = ""
    parent: str = ""
    name: str | None = None
    url: str | None = None
    user_agent: str | None = None
    is_event: bool = True
    is_visit: bool = False
    metadata: tuple[MetadataWrite, ...] = ()
    anonymous_id: str = ""
    link_rule: str = ""
    creates: bool = False


def observe(request: JudgedRequest, number: int) -> Iterator[Observation]:
    """Yield what each event of a request says; nothing for a request that Pendo does not accept.

    `number` is the number of the request's exchange.
    """
    if not _is_received(request):
        return
    if request.beacon.endpoint is None:
        yield from _observe_api(request, number)
        return
    read = _READERS.get(request.beacon.endpoint_name)
    if read is None:
        return
    for event in request.beacon.events:
        value = event.value
        if type(value) is dict:
            observation = read(_Source(request, event, value, number))
            if observation.visitor or observation.account or observation.metadata:
                yield observation


def _observe_api(request: JudgedRequest, number: int) -> Iterator[Observation]:
    received_at = request.envelope.received_at
    for index, write in enumerate(read_api_writes(request)):
        if write.id:
            metadata = (MetadataWrite(write.kind, write.id, write.group, write.members),)
            origin = Origin(number, index, "metadata", received_at)
            yield Observation(origin, "api", received_at, "", is_event=False, metadata=metadata, creates=write.creates)


def _is_received(request: JudgedRequest) -> bool:
    if not request.accepted or request.rejection or request.not_received:
        return False
    if request.status is not None and not 200 <= request.status < 300:
        return False
    return not any(note.startswith((WRONG_REGION, DROPPED)) for note in request.notes)


class _Source:
    """An event with its request, and what all readers read from it."""

    def __init__(self, request: JudgedRequest, event: Event, value: Mapping[str, Any], number: int) -> None:
        self.event, self.value = event, value
        self._name, self.visitor, self.account = read_identity(value)
        self.envelope, self.notes = request.envelope, request.notes
        self.received_at = request.envelope.received_at
        moment = value.get("browser_time")
        if type(moment) is not int or not 0 <= moment <= _LAST_MOMENT:
            moment = self._moment()
        self.origin = Origin(number, event.index, cut_text(event.type, NAME_SIZE), moment)

    def _moment(self) -> int:
        moment = self.event.happened_at
        usable = moment is not None and type(moment) is not bool and 0 <= moment <= _LAST_MOMENT
        return int(moment) if usable and moment is not None else self.received_at

    @property
    def name(self) -> str | None:
        """The name of a track event, None for other events."""
        return cut_text(self._name, NAME_SIZE) if type(self._name) is str else None

    def url(self, holder: Mapping[str, Any]) -> str | None:
        """Return the page in a member `url`, without its query and fragment."""
        url = holder.get("url")
        return _page_of(url[:_URL_READ]) if type(url) is str and url else None


@lru_cache(maxsize=1024)
def _page_of(url: str) -> str:
    return cut_text(url.partition("#")[0].partition("?")[0], URL_SIZE)


def _read_agent(source: _Source) -> Observation:
    event, value = source.event, source.value
    visitor, account = _visitor_id(source.visitor), account_id(source.account)
    metadata: tuple[MetadataWrite, ...] = ()
    parent, anonymous = _parent_of(account), ""
    props = _object(value, "props")
    if event.type == "meta":
        account = account or account_id(_object(props, "account").get("id"))
        parent = account_id(_object(props, "parentAccount").get("id")) if account else ""
        parent = parent or _parent_of(account)
        holders: tuple[tuple[Kind, str, str], ...] = (
            ("visitor", visitor, "visitor"), ("account", account, "account"), ("account", parent, "parentAccount"),
        )  # fmt: skip
        metadata = tuple(MetadataWrite(kind, id_, "agent", _object(props, name)) for kind, id_, name in holders if id_)
    elif event.type == "identify":
        anonymous = _earlier_id(visitor, props.get("old_visitor_id"))
    return Observation(
        source.origin, "agent", source.received_at, visitor, account, parent, source.name, source.url(value),
        source.envelope.headers.get("user-agent"), is_visit=event.type in _VISITS, metadata=metadata,
        anonymous_id=anonymous, link_rule=IDENTIFY_LINK if anonymous else "",
    )  # fmt: skip


def _read_server(source: _Source) -> Observation:
    event, context = source.event, _object(source.value, "context")
    visitor, account = _visitor_id(source.visitor), account_id(source.account)
    agent = context.get("userAgent")
    return Observation(
        source.origin, "server", source.received_at, visitor, account, _parent_of(account), source.name,
        source.url(context or source.value), agent if type(agent) is str else None, is_visit=event.type == "track",
    )  # fmt: skip


def _read_webhook(source: _Source) -> Observation:
    event, value = source.event, source.value
    known = _visitor_id(value.get("userId"))
    anonymous = value.get("anonymousId")
    anonymous = _visitor_id(ANONYMOUS_PREFIX + anonymous) if type(anonymous) is str and anonymous else ""
    visitor, traits = known or anonymous, _object(value, "traits")
    account = account_id(value.get("groupId")) or account_id(_object(value, "properties").get("groupId"))
    parent = _parent_of(account)
    metadata: list[MetadataWrite] = []
    match event.type:
        case "identify" if visitor:
            metadata = [MetadataWrite("visitor", visitor, "segmentio", traits)]
        case "group" if account:
            above = _object(traits, "parentAccount")
            parent = account_id(above.get("id")) or parent
            own = {name: member for name, member in traits.items() if not (above and name == "parentAccount")}
            metadata = [MetadataWrite("account", account, "segmentio", own)]
            metadata += [MetadataWrite("account", parent, "segmentio", above)] if parent and above else []
        case "track" if NO_TRACK not in source.notes:
            pass
        case _:
            visitor = account = parent = ""
    linked = _earlier_id(known, anonymous) if event.type == "identify" and visitor else ""
    is_track = event.type == "track"
    return Observation(
        source.origin, "webhook", source.received_at, visitor, account, parent, source.name, is_event=is_track,
        is_visit=is_track, metadata=tuple(metadata), anonymous_id=linked, link_rule=WEBHOOK_LINK if linked else "",
    )  # fmt: skip


_READERS: Final[Mapping[str, Callable[[_Source], Observation]]] = {
    "ptm.gif": _read_agent,
    "agentic.gif": _read_agent,
    "guide.gif": _read_agent,
    "poll.gif": _read_agent,
    "track": _read_server,
    "agentic": _read_server,
    "agenticsdk": _read_server,
    "segmentio": _read_webhook,
}

ENDPOINTS_WITH_EVENTS: Final = frozenset(_READERS)


def _visitor_id(value: Any) -> str:
    return _known_visitor_id(value[: VISITOR_ID_BYTES + 1]) if type(value) is str else ""


@lru_cache(maxsize=4096)
def _known_visitor_id(value: str) -> str:
    """Return a visitor id as a profile has it, "" for a text that is no id; the text is cut to one more character."""
    if not value.strip() or value.lower() == _PLACEHOLDER:
        return ""
    return cut_bytes(value, VISITOR_ID_BYTES)


def account_id(value: Any) -> str:
    """Return an account id as a profile has it, "" for a value that is no id; a whole number is an id too."""
    if type(value) is int:
        value = str(value)
    return cut_bytes(value, ACCOUNT_ID_BYTES) if type(value) is str and value.strip() else ""


def _parent_of(account: str) -> str:
    parent, separator, child = account.partition(SEPARATOR)
    return parent if separator and child else ""


def _earlier_id(visitor: str, earlier: Any) -> str:
    """Return the anonymous id that a known visitor had before, "" if there is none."""
    earlier = _visitor_id(earlier)
    return earlier if visitor and is_anonymous(earlier) and not is_anonymous(visitor) else ""


def _object(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    member = value.get(name)
    return member if type(member) is dict else _NOTHING
