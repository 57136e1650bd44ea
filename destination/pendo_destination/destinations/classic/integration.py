"""The classic Pendo integration: identify and group, both as `pendo.identify(window.pendo_options)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.destinations.classic.facade import read_account, read_visitor, with_dates
from pendo_destination.destinations.classic.settings import NAME, SETTINGS, script_url
from pendo_destination.javascript.values import UNDEFINED, truthy
from pendo_destination.runtime.analytics import Analytics, Group, User
from pendo_destination.runtime.integrations import allows
from pendo_destination.runtime.settings import with_defaults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_destination.runtime.definition import Pendo
    from pendo_destination.runtime.instance import Event

METHODS: Final = frozenset({"identify", "group"})


class Classic:
    """The classic destination on one visitor's page.

    `connect` is given the script's URL and returns the agent. `pendo_options` is `window.pendo_options`, which the
    page may have set: every call adds to it and hands it over whole. All of it is observed in published code.
    """

    def __init__(
        self, settings: Mapping[str, Any], connect: Callable[[str], Pendo], pendo_options: Any = UNDEFINED
    ) -> None:
        self.settings = with_defaults(SETTINGS, settings)
        self.pendo_options = pendo_options
        self.analytics = Analytics()
        self._connect = connect
        self._pendo: Pendo | None = None
        self._queue: list[tuple[str, Event]] = []

    @property
    def ready(self) -> bool:
        """Whether the agent's script has loaded."""
        return self._pendo is not None

    def load(self, analytics: Analytics) -> None:
        """Start the agent, once.

        It starts by itself with what `window.pendo_options` holds, as a rule no visitor: observed in the published
        agent.
        """
        if self.ready:
            return
        self.analytics = analytics
        pendo = self._connect(self.initialize())
        pendo.initialize(self.pendo_options)
        self.start(pendo)

    def initialize(self) -> str:
        """Set `window.pendo_options` up, unless the page has, and name the script to insert."""
        if not truthy(self.pendo_options):
            self.pendo_options = {"apiKey": self.settings["apiKey"], "usePendoAgentAPI": True}
        return script_url(self.settings)

    def start(self, pendo: Pendo) -> None:
        """Catch up with the calls made before the script had loaded; one that fails takes those after it along."""
        if self.ready:
            return
        self._pendo = pendo
        queue, self._queue = self._queue, []
        for method, message in queue:
            self._identify(pendo, method, message)

    def deliver(self, event: Event) -> int:
        """Act on an identify or a group; return how many actions were performed.

        Raises DestinationError of the kind `invalid_event`.
        """
        method = event.get("type")
        if method not in METHODS or not allows(event.get("integrations"), [NAME]):
            return 0
        self.call(method, event)
        return 1

    def call(self, method: str, message: Event) -> None:
        """Act on a message, or keep it until the script has loaded.

        Visitor or group, whichever the message does not name, is what Segment knows when the agent is called.
        """
        facade = with_dates(message)
        if self._pendo is None:
            self._queue.append((method, facade))
        else:
            self._identify(self._pendo, method, facade)

    def _identify(self, pendo: Pendo, method: str, message: Event) -> None:
        of_visitor = method == "identify"
        visitor = read_visitor(message if of_visitor else self._user())
        account, parent = read_account(self._group() if of_visitor else message)
        self.pendo_options.update(visitor=visitor, account=account)
        if parent is not UNDEFINED:
            self.pendo_options["parentAccount"] = parent
        pendo.identify(self.pendo_options)

    def _user(self) -> Event:
        user = self.analytics.user or User()
        known: Event = with_dates({"userId": user.id, "traits": user.traits})
        return known

    def _group(self) -> Event:
        group = self.analytics.group or Group()
        known: Event = with_dates({"groupId": group.id, "traits": group.traits})
        return known
