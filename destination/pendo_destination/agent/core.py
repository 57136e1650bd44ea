"""Core: an agent after `initialize`: what its calls mean for identity, metadata and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from pendo_destination.agent.delivery.event_queue import CircularError
from pendo_destination.agent.delivery.stream import AGENTIC, Stream
from pendo_destination.agent.guides import Guides
from pendo_destination.agent.visitor.identity import PLACEHOLDER_VISITOR, Change, is_valid_id
from pendo_destination.agent.visitor.metadata import is_object
from pendo_destination.javascript.values import UNDEFINED, truthy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.agent.components import Parts

CHANGE_INTERVAL: Final = 5000

_IGNORED: Final = ("pendo-ignore", "pendo-analytics-ignore")


class Core:
    """An initialized agent."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.stream = Stream(parts)
        self._guides = Guides(parts, self.stream.flush_later)
        self._loaded_url = ""
        self._changed_at = -CHANGE_INTERVAL

    def start(self, options: Mapping[str, Any]) -> None:
        """Tell who is here and that the page was loaded."""
        self.update_options(options)
        visitor_id = options.get("visitorId")
        if truthy(visitor_id) and visitor_id != PLACEHOLDER_VISITOR:
            self.identify(visitor_id)
        self.page_load()

    def identify(self, visitor: Any, account: Any = UNDEFINED) -> None:
        """Change ids, or with an object ids and metadata."""
        if is_object(visitor):
            self.update_options(visitor)
        elif is_valid_id(visitor):
            self._identify(visitor, account)

    def update_options(self, options: Any) -> None:
        """Replace the metadata, and the ids where they name any."""
        claims = self.parts.signature.open(options) if isinstance(options, dict) else None
        try:
            prepared = self.parts.metadata.prepare(options if claims is None else claims)
        except RecursionError:
            self.stream.report(str(CircularError()))
            return
        before = self.parts.metadata.replace(prepared)
        self._identify(prepared["visitor"]["id"], prepared["account"].get("id", UNDEFINED))
        update = self.parts.metadata.settle(prepared, before)
        if update.state_changed and not self.parts.config.block_metadata:
            self._guides.reload()
        if update.reportable and not self.parts.config.block_metadata:
            self.stream.collect("meta", update.options)
            self.stream.flush_later()
        self.parts.promoted.update(update.options)

    def clear_session(self) -> None:
        """Forget the visitor; who comes next is somebody anonymous."""
        change = self.parts.identity.clear()
        self._guides.reload()
        self.parts.identity.forget_hash()
        self.parts.metadata.reset(change.visitor_id)
        self.parts.promoted.clear()
        self.parts.session.identify(change)

    def track(self, name: Any, props: Any) -> None:
        """Record a track event; a name that is no text is refused."""
        if isinstance(name, str) and name:
            self.stream.collect("track", _wrap(props), name=name)

    def track_agent(self, kind: Any, props: Any) -> None:
        """Record what an AI agent did."""
        if isinstance(kind, str) and kind:
            self.stream.collect(kind, _wrap(props), name=AGENTIC)

    def page_load(self, url: str = "") -> None:
        """Report a page load, once for each URL in a row."""
        url = url or self.parts.location.url
        if not url or url == self._loaded_url:
            return
        self._loaded_url = url
        page = self.parts.environment.page
        framed = {"is_frame": True} if page.framed else {}
        self.stream.collect("load", {"load_time": page.load_time, **framed}, url=url)
        self.stream.flush_later()
        self._guides.reload(self.parts.location.url)

    def push_state(self, url: str) -> None:
        """Move on to another URL without loading a page; the agent notices on the next tick."""
        self.parts.location.href = urljoin(self.parts.location.href, url)
        self.parts.timers.after(0, self.page_load)

    def interact(self, kind: str, target: Mapping[str, Any], properties: Mapping[str, Any] | None = None) -> None:
        """Record what a visitor did to an element, unless it or one around it is to be ignored."""
        if kind == "change" and self._bounced():
            return
        self.page_load()
        if any(word in str(element.get("cls", "")) for element in _ancestry(target) for word in _IGNORED):
            return
        flags = {"flags": target.get("flags", ["left"])} if kind == "click" else {}
        self.stream.collect(kind, {"target": {**target, **flags}}, properties=properties)

    def _bounced(self) -> bool:
        """Tell whether a change follows another one too soon to count."""
        now = self.parts.environment.clock()
        since, self._changed_at = now - self._changed_at, now
        return since < CHANGE_INTERVAL

    def _identify(self, visitor: Any, account: Any) -> None:
        identity = self.parts.identity
        before = identity.visitor_id, identity.account_id
        identity.set_visitor_id(visitor)
        if account is not UNDEFINED:
            identity.set_account_id(account)
            if not is_valid_id(account):
                self.parts.metadata.clear_account()
        change = Change(*before, identity.visitor_id, identity.account_id)
        if change.of_visitor:
            identity.set_old_visitor_id(change.old_visitor_id)
        if change.of_visitor or change.of_account:
            self._tell(change)

    def _tell(self, change: Change) -> None:
        """Have everyone know of a change; the identify event still belongs to the session before it."""
        self._guides.reload()
        if change.reportable:
            self.stream.collect("identify", change._asdict())
            self.stream.flush_later()
        self.parts.metadata.identify(change)
        self.parts.session.identify(change)


def _wrap(props: Any) -> Any:
    return props if is_object(props) else {"__err__": props}


def _ancestry(target: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    element: Any = target
    while isinstance(element, dict):
        yield element
        element = element.get("parentElem")
