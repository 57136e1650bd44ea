"""An initialized agent, whose calls change identity, metadata and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from pendo_destination.agent.delivery.event_collector import AGENTIC
from pendo_destination.agent.delivery.request_builder import CircularError
from pendo_destination.agent.visitor.identity import PLACEHOLDER_VISITOR, IdentityChange, is_valid_id
from pendo_destination.agent.visitor.metadata import is_object
from pendo_destination.javascript.values import UNDEFINED, truthy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.agent.components import Components

CHANGE_INTERVAL: Final = 5000

_IGNORED_CLASSES: Final = ("pendo-ignore", "pendo-analytics-ignore")


class InitializedAgent:
    """An initialized agent; `collector`, `timers` and `identity` are its components for delivery, time and ids."""

    def __init__(self, components: Components) -> None:
        self.collector, self.timers, self.identity = components.collector, components.timers, components.identity
        self._environment, self._location = components.environment, components.location
        self._metadata, self._signature = components.metadata, components.signature
        self._session, self._promoted = components.session, components.promoted
        self._guides, self._errors = components.guides, components.errors
        self._reports_metadata = not components.config.block_metadata
        self._loaded_url = ""
        self._changed_at = -CHANGE_INTERVAL

    def start(self, options: Mapping[str, Any]) -> None:
        """Set the ids and metadata of `initialize`, and report the page load."""
        self.update_options(options)
        visitor_id = options.get("visitorId")
        if truthy(visitor_id) and visitor_id != PLACEHOLDER_VISITOR:
            self.identify(visitor_id)
        self.page_load()

    def identify(self, visitor: Any, account: Any = UNDEFINED) -> None:
        """Change the ids or, given an object, ids and metadata."""
        if is_object(visitor):
            self.update_options(visitor)
        elif is_valid_id(visitor):
            self._set_ids(visitor, account)

    def update_options(self, options: Any) -> None:
        """Replace the metadata, and the ids that they contain."""
        claims = self._signature.read_claims(options) if isinstance(options, dict) else None
        try:
            prepared = self._metadata.prepare(options if claims is None else claims)
        except RecursionError:
            self._errors.report_once(str(CircularError()))
            return
        before = self._metadata.replace(prepared)
        self._set_ids(prepared["visitor"]["id"], prepared["account"].get("id", UNDEFINED))
        update = self._metadata.finish_update(prepared, before)
        if update.state_changed and self._reports_metadata:
            self._guides.reload_later()
        if update.reportable and self._reports_metadata:
            self.collector.collect("meta", update.props, props_json=update.props_json)
            self.collector.flush_later()
        self._promoted.update(update.props)

    def clear_session(self) -> None:
        """Delete the visitor's ids and continue as a new anonymous visitor."""
        change = self.identity.clear()
        self._guides.reload_later()
        self.identity.delete_metadata_hash()
        self._metadata.reset(change.visitor_id)
        self._promoted.clear()
        self._session.identify(change)

    def track(self, name: Any, props: Any) -> None:
        """Record a track event; ignore a name that is not text."""
        if isinstance(name, str) and name:
            self.collector.collect("track", _wrap(props), name=name)

    def track_agent(self, kind: Any, props: Any) -> None:
        """Record an event of an AI agent; ignore a type that is not text."""
        if isinstance(kind, str) and kind:
            self.collector.collect(kind, _wrap(props), name=AGENTIC)

    def page_load(self, url: str = "") -> None:
        """Report a page load, unless the last page load had the same URL."""
        url = url or self._location.url
        if not url or url == self._loaded_url:
            return
        self._loaded_url = url
        page = self._environment.page
        framed = {"is_frame": True} if page.framed else {}
        self.collector.collect("load", {"load_time": page.load_time, **framed}, url=url)
        self.collector.flush_later()
        self._guides.reload_later(self._location.url)

    def push_state(self, url: str) -> None:
        """Change the URL without a page load; the agent reports it on the next tick."""
        self._location.href = urljoin(self._location.href, url)
        self.timers.after(0, self.page_load)

    def interact(self, kind: str, target: Mapping[str, Any], properties: Mapping[str, Any] | None = None) -> None:
        """Record an interaction with an element, unless the element or one of its ancestors is to be ignored."""
        if kind == "change" and self._is_repeated_change():
            return
        self.page_load()
        classes = [str(element.get("cls", "")) for element in _ancestry(target)]
        if any(ignored in names for names in classes for ignored in _IGNORED_CLASSES):
            return
        flags = {"flags": target.get("flags", ["left"])} if kind == "click" else {}
        self.collector.collect(kind, {"target": {**target, **flags}}, properties=properties)

    def _is_repeated_change(self) -> bool:
        """Return whether the last `change` is less than 5 seconds ago."""
        now = self._environment.clock()
        since, self._changed_at = now - self._changed_at, now
        return since < CHANGE_INTERVAL

    def _set_ids(self, visitor_id: Any, account_id: Any) -> None:
        identity = self.identity
        before = identity.visitor_id, identity.account_id
        identity.set_visitor_id(visitor_id)
        if account_id is not UNDEFINED:
            identity.set_account_id(account_id)
            if not is_valid_id(account_id):
                self._metadata.clear_account()
        change = IdentityChange(*before, identity.visitor_id, identity.account_id)
        if change.visitor_changed:
            identity.set_old_visitor_id(change.old_visitor_id)
        if change.visitor_changed or change.account_changed:
            self._apply_change(change)

    def _apply_change(self, change: IdentityChange) -> None:
        """Apply a change of ids, after the `identify` event, which belongs to the session before the change."""
        self._guides.reload_later()
        if change.reportable:
            self.collector.collect("identify", change._asdict())
            self.collector.flush_later()
        self._metadata.identify(change)
        self._session.identify(change)


def _wrap(props: Any) -> Any:
    return props if is_object(props) else {"__err__": props}


def _ancestry(target: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    element: Any = target
    while isinstance(element, dict):
        yield element
        element = element.get("parentElem")
