"""The public API of `window.pendo`, in snake case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

from pendo_destination.agent.components import Components
from pendo_destination.agent.environment.config import read_config
from pendo_destination.agent.environment.page_and_browser import BrowserState, Environment, Page, now, random_id
from pendo_destination.agent.initialized_agent import InitializedAgent
from pendo_destination.agent.visitor.identity import is_anonymous, make_anonymous_id
from pendo_destination.agent.visitor.signed_metadata import SignedMetadata
from pendo_destination.javascript.values import UNDEFINED, truthy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pendo_destination.agent.environment.page_and_browser import Clock, IdMaker
    from pendo_destination.transport.http_transport import Transport


class Agent:
    """The agent of one page.

    `hosted` is its downloaded configuration (see `hosted_config`), `transport` sends its requests, `browser` is the
    state that the page shares with earlier and later pages. The agent has no threads: call `run_pending` at
    `next_due` to run its timers.
    """

    def __init__(
        self,
        hosted: Mapping[str, Any],
        transport: Transport,
        page: Page,
        *,
        browser: BrowserState | None = None,
        clock: Clock = now,
        make_id: IdMaker = random_id,
    ) -> None:
        self._hosted = hosted
        self._environment = Environment(transport, page, browser or BrowserState(), clock, make_id)
        self._core: InitializedAgent | None = None
        self._early_calls: list[Callable[[], None]] = []

    def initialize(self, options: Mapping[str, Any] | None = None) -> None:
        """Start with metadata and options; has no effect without an API key, or if the agent has started.

        Calls that the page made before `initialize` are made on the next tick.
        """
        signature = SignedMetadata(enabled=truthy(self._hosted.get("enableSignedMetadata")))
        snippet = dict(options) if isinstance(options, Mapping) else {}
        if (claims := signature.read_claims(snippet)) is not None:
            snippet |= {**claims, "forceAnonymous": True}
        config = read_config(self._hosted, snippet)
        if self._core or config is None:
            return
        self._core = InitializedAgent(Components.assemble(config, self._environment, signature))
        self._core.timers.after(0, self._make_early_calls)
        self._core.start(snippet)

    def is_ready(self) -> bool:
        """Return whether the agent has started."""
        return self._core is not None

    def identify(self, visitor: Any = UNDEFINED, account: Any = UNDEFINED) -> None:
        """Set the visitor's id and optionally the account's, or metadata objects as in `initialize`.

        Without `account` the account stays; None or an invalid id clears it.
        """
        self._call(InitializedAgent.identify, visitor, account)

    def update_options(self, options: Any) -> None:
        """Replace the metadata of visitor, account and parent account."""
        self._call(InitializedAgent.update_options, options)

    def set_visitor_id(self, visitor_id: Any) -> None:
        """Set the visitor's id."""
        self.identify(visitor_id)

    def set_account_id(self, account_id: Any) -> None:
        """Set the account's id."""
        self._call(lambda core: core.identify(core.identity.visitor_id, account_id))

    def clear_session(self) -> None:
        """Delete the visitor's ids and continue as a new anonymous visitor."""
        self._call(InitializedAgent.clear_session)

    def track(self, name: Any, props: Any = UNDEFINED) -> None:
        """Record a track event, to be sent with the next flush."""
        self._call(InitializedAgent.track, name, props)

    def track_agent(self, kind: Any, props: Any = UNDEFINED) -> None:
        """Record an event of an AI agent: `prompt`, `system_response`, `user_reaction`."""
        self._call(InitializedAgent.track_agent, kind, props)

    def page_load(self, url: str = "") -> None:
        """Report a page load, unless the last page load had the same URL."""
        self._call(InitializedAgent.page_load, url)

    def push_state(self, url: str) -> None:
        """Change the page's URL, as `history.pushState` does; the load is reported on the next tick."""
        self._call(lambda core: core.push_state(url))

    def interact(self, kind: str, target: Mapping[str, Any], properties: Mapping[str, Any] | None = None) -> None:
        """Record a click, focus, submit or change.

        `target` is the element as the agent serializes it: tag, id, cls, title, attrs, myIndex, childIndex, txt,
        parentElem and so on, up to the body; `properties` are the event properties that rules extract for a click.
        """
        self._call(lambda core: core.interact(kind, target, properties))

    def flush_now(self, *, unload: bool = False, hidden: bool = False) -> None:
        """Send all events. A hidden or unloading page sends its requests at once, not one after the other."""
        if self._core:
            self._core.collector.flush(unload=unload, hidden=hidden)

    def unload(self) -> None:
        """Leave the page and send all unsent events. Requests that wait for a retry are lost, as in a browser."""
        if self._core:
            self._core.collector.unload()

    def start_sending_events(self) -> None:
        """Send new events again, but drop earlier ones; has no effect unless sending was stopped."""
        if self._core:
            self._core.collector.resume_sending()

    def stop_sending_events(self) -> None:
        """Discard events instead of sending them."""
        if self._core:
            self._core.collector.stop_sending()

    def is_sending_events(self) -> bool:
        """Return whether events are sent. They are not after `stop_sending_events` or if Pendo rejects the visitor."""
        return not self._core or self._core.collector.sending

    def get_visitor_id(self) -> str:
        """Return the visitor's id. If there is none, return a new anonymous id on each call."""
        visitor_id = self._core.identity.visitor_id if self._core else UNDEFINED
        return visitor_id or make_anonymous_id(self._environment.make_id)

    def get_account_id(self) -> str | None:
        """Return the account's id, or None if there is none."""
        return (self._core.identity.account_id or None) if self._core else None

    def is_anonymous_visitor(self, visitor_id: Any = None) -> bool:
        """Return whether an id, by default the visitor's, looks like one that the agent generated."""
        return is_anonymous(self.get_visitor_id() if visitor_id is None else visitor_id)

    @property
    def next_due(self) -> int | None:
        """The time at which the next timer is due, in milliseconds on the clock; None without timers."""
        return self._core.timers.next_due if self._core else None

    def run_pending(self) -> None:
        """Run all due timers: flushes, retries, requests for guides."""
        if self._core:
            self._core.timers.run()

    def drain(self, sleep: Callable[[float], object], deadline: int) -> bool:
        """Send all events and keep retrying until `deadline`, in milliseconds on the clock.

        `sleep` waits a number of seconds. Returns whether all requests were delivered.
        """
        self.run_pending()
        self.flush_now()
        while self._core and not self._core.collector.empty:
            due = self.next_due
            if due is None or due > deadline:
                return False
            sleep(max(0, due - self._environment.clock()) / 1000)
            self.run_pending()
        return True

    def _call(self, call: Callable[..., None], *arguments: Any) -> None:
        if self._core:
            call(self._core, *arguments)
        else:
            self._early_calls.append(partial(self._call, call, *_spread_lists(arguments)))

    def _make_early_calls(self) -> None:
        calls, self._early_calls = self._early_calls, []
        for call in calls:
            call()


def _spread_lists(arguments: Sequence[Any]) -> list[Any]:
    """Return the arguments of an early call, in which a list's elements become arguments (observed)."""
    spread = [item for argument in arguments for item in (argument if isinstance(argument, list) else [argument])]
    return [*spread, *repeat(UNDEFINED, len(arguments))][: len(arguments)]
