"""Agent: the public API of `window.pendo`, in snake case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

from pendo_destination.agent.components import Parts
from pendo_destination.agent.config import read_config
from pendo_destination.agent.core import Core
from pendo_destination.agent.delivery.signature import Signature
from pendo_destination.agent.page import Browser, Environment, Page, now, random_id
from pendo_destination.agent.visitor.identity import is_anonymous, make_anonymous_id
from pendo_destination.javascript.values import UNDEFINED, truthy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pendo_destination.agent.page import Clock, Ids
    from pendo_destination.transport.http import Transport


class Agent:
    """The agent of one page.

    `hosted` is the configuration it was downloaded with (see `hosted_config`), `transport` carries its requests,
    `browser` is what the page shares with those before and after it. Nothing happens by itself: `run_pending` does
    what is due, `next_due` says when that is.
    """

    def __init__(
        self,
        hosted: Mapping[str, Any],
        transport: Transport,
        page: Page,
        *,
        browser: Browser | None = None,
        clock: Clock = now,
        ids: Ids = random_id,
    ) -> None:
        self._hosted = hosted
        self._environment = Environment(transport, page, browser or Browser(), clock, ids)
        self._core: Core | None = None
        self._calls: list[Callable[[], None]] = []

    def initialize(self, options: Mapping[str, Any] | None = None) -> None:
        """Start with metadata and options; only the first time, and not without an API key.

        Calls made before are caught up with on the next tick.
        """
        signature = Signature(enabled=truthy(self._hosted.get("enableSignedMetadata")))
        given = dict(options) if isinstance(options, Mapping) else {}
        if (claims := signature.open(given)) is not None:
            given |= {**claims, "forceAnonymous": True}
        config = read_config(self._hosted, given)
        if self._core or config is None:
            return
        self._core = Core(Parts.assemble(config, self._environment, signature))
        self._core.parts.timers.after(0, self._catch_up)
        self._core.start(given)

    def is_ready(self) -> bool:
        """Whether the agent is initialized."""
        return self._core is not None

    def identify(self, visitor: Any = UNDEFINED, account: Any = UNDEFINED) -> None:
        """Say who the visitor is: an id and perhaps an account id, or metadata objects as in `initialize`.

        An account that is left out stays; one that is None or otherwise no id is cleared.
        """
        self._call(Core.identify, visitor, account)

    def update_options(self, options: Any) -> None:
        """Replace the metadata of visitor, account and parent account."""
        self._call(Core.update_options, options)

    def set_visitor_id(self, visitor_id: Any) -> None:
        """Say who the visitor is."""
        self.identify(visitor_id)

    def set_account_id(self, account_id: Any) -> None:
        """Say which account the visitor belongs to."""
        self._call(lambda core: core.identify(core.parts.identity.visitor_id, account_id))

    def clear_session(self) -> None:
        """Forget the visitor and go on with an anonymous one."""
        self._call(Core.clear_session)

    def track(self, name: Any, props: Any = UNDEFINED) -> None:
        """Record a track event; it leaves with the next flush."""
        self._call(Core.track, name, props)

    def track_agent(self, kind: Any, props: Any = UNDEFINED) -> None:
        """Record what an AI agent did: `prompt`, `system_response`, `user_reaction`."""
        self._call(Core.track_agent, kind, props)

    def page_load(self, url: str = "") -> None:
        """Report a page load if the URL is another one than last time."""
        self._call(Core.page_load, url)

    def push_state(self, url: str) -> None:
        """Move the page on to another URL, as history.pushState does; the load is reported on the next tick."""
        self._call(lambda core: core.push_state(url))

    def interact(self, kind: str, target: Mapping[str, Any], properties: Mapping[str, Any] | None = None) -> None:
        """Record a click, focus, submit or change.

        `target` is the element as the agent serializes it: tag, id, cls, title, attrs, myIndex, childIndex, txt,
        parentElem and so on outwards; `properties` are event properties that rules found for a click.
        """
        self._call(lambda core: core.interact(kind, target, properties))

    def flush_now(self, *, unload: bool = False, hidden: bool = False) -> None:
        """Send all events; those of a page that is hidden or unloaded go all at once."""
        if self._core:
            self._core.stream.flush(unload=unload, hidden=hidden)

    def unload(self) -> None:
        """Leave the page: send what can still be sent. What is being retried is lost, as in a browser."""
        if self._core:
            self._core.stream.unload()

    def start_sending_events(self) -> None:
        """Send events again, none from before; nothing changes where sending was not stopped."""
        if self._core:
            self._core.stream.unlock()

    def stop_sending_events(self) -> None:
        """Discard events instead of sending them."""
        if self._core:
            self._core.parts.host.locked = True

    def is_sending_events(self) -> bool:
        """Whether events are sent; they are not after `stop_sending_events` and where Pendo refuses the visitor."""
        return not (self._core and self._core.parts.host.locked)

    def get_visitor_id(self) -> str:
        """Name the visitor; before anyone is known, somebody new each time."""
        known = self._core.parts.identity.visitor_id if self._core else UNDEFINED
        return known or make_anonymous_id(self._environment.ids)

    def get_account_id(self) -> str | None:
        """Name the account; None where there is none."""
        return (self._core.parts.identity.account_id or None) if self._core else None

    def is_anonymous_visitor(self, visitor_id: Any = None) -> bool:
        """Tell whether an id, or the visitor's, looks like one that the agent made up."""
        return is_anonymous(self.get_visitor_id() if visitor_id is None else visitor_id)

    @property
    def next_due(self) -> int | None:
        """When `run_pending` will have something to do, in milliseconds on the clock; None for never."""
        return self._core.parts.timers.next_due if self._core else None

    def run_pending(self) -> None:
        """Do what is due: flushes, retries, requests for guides."""
        if self._core:
            self._core.parts.timers.run()

    def drain(self, sleep: Callable[[float], object], deadline: int) -> bool:
        """Send everything and keep retrying until `deadline`, in milliseconds on the clock.

        `sleep` waits some seconds. Returns whether everything got through.
        """
        self.run_pending()
        self.flush_now()
        while self._core and not self._core.stream.empty:
            due = self._core.parts.timers.next_due
            if due is None or due > deadline:
                return False
            sleep(max(0, due - self._environment.clock()) / 1000)
            self.run_pending()
        return True

    def _call(self, call: Callable[..., None], *arguments: Any) -> None:
        if self._core:
            call(self._core, *arguments)
        else:
            self._calls.append(partial(self._call, call, *_spread(arguments)))

    def _catch_up(self) -> None:
        calls, self._calls = self._calls, []
        for call in calls:
            call()


def _spread(arguments: Sequence[Any]) -> list[Any]:
    """Lay out the arguments of a call that has to wait: a list's elements become arguments (observed)."""
    spread = [item for argument in arguments for item in (argument if isinstance(argument, list) else [argument])]
    return [*spread, *repeat(UNDEFINED, len(arguments))][: len(arguments)]
