"""The classic Pendo integration: identify and group, both as `pendo.identify(window.pendo_options)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.destinations.classic.segment_facade import read_account, read_visitor, with_dates
from pendo_destination.destinations.classic.settings import NAME, SETTINGS, script_url
from pendo_destination.javascript.values import UNDEFINED, truthy
from pendo_destination.runtime.integrations_object import allows
from pendo_destination.runtime.settings_check import with_defaults
from pendo_destination.runtime.stored_identity import Group, StoredIdentity, User

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_destination.runtime.definition import Event, Pendo

METHODS: Final = frozenset({"identify", "group"})


class ClassicIntegration:
    """The classic destination on one visitor's page.

    `connect` takes the URL of the agent's script and returns the agent. `pendo_options` is `window.pendo_options`,
    which the page may have set. Every call adds members to it and passes the whole object to the agent. Every rule here
    is observed in published code.
    """

    def __init__(
        self, settings: Mapping[str, Any], connect: Callable[[str], Pendo], pendo_options: Any = UNDEFINED
    ) -> None:
        self.settings = with_defaults(SETTINGS, settings)
        self.pendo_options = pendo_options
        self.analytics = StoredIdentity()
        self._connect = connect
        self._pendo: Pendo | None = None
        self._queue: list[tuple[str, Event]] = []

    @property
    def ready(self) -> bool:
        """Whether the agent's script has loaded."""
        return self._pendo is not None

    def load(self, analytics: StoredIdentity) -> None:
        """Start the agent, once.

        The agent starts by itself with `window.pendo_options`, which usually names no visitor (observed in the
        published agent).
        """
        if self.ready:
            return
        self.analytics = analytics
        pendo = self._connect(self.initialize())
        pendo.initialize(self.pendo_options)
        self.start(pendo)

    def initialize(self) -> str:
        """Set `window.pendo_options` if the page has not set it; return the URL of the script to load."""
        if not truthy(self.pendo_options):
            self.pendo_options = {"apiKey": self.settings["apiKey"], "usePendoAgentAPI": True}
        return script_url(self.settings)

    def start(self, pendo: Pendo) -> None:
        """Make the calls that waited for the script; if a call fails, the later calls are lost."""
        if self.ready:
            return
        self._pendo = pendo
        queue, self._queue = self._queue, []
        for method, message in queue:
            self._identify(pendo, method, message)

    def deliver(self, event: Event) -> int:
        """Deliver an identify or a group event; return the number of actions performed.

        Raises DestinationError of the kind `invalid_event`.
        """
        method = event.get("type")
        if method not in METHODS or not allows(event.get("integrations"), [NAME]):
            return 0
        self.call(method, event)
        return 1

    def call(self, method: str, message: Event) -> None:
        """Deliver a message, or queue it until the script has loaded; methods other than identify and group do nothing.

        A group call uses the visitor, and an identify call the group, that Segment has when the agent is called.
        """
        facade = with_dates(message)
        if self._pendo is None:
            self._queue.append((method, facade))
        else:
            self._identify(self._pendo, method, facade)

    def _identify(self, pendo: Pendo, method: str, message: Event) -> None:
        if method not in METHODS:
            return
        is_identify = method == "identify"
        visitor = read_visitor(message if is_identify else self._user())
        account, parent = read_account(self._group() if is_identify else message)
        self.pendo_options.update(visitor=visitor, account=account)
        if parent is not UNDEFINED:
            self.pendo_options["parentAccount"] = parent
        pendo.identify(self.pendo_options)

    def _user(self) -> Event:
        user = self.analytics.user or User()
        message: Event = with_dates({"userId": user.id, "traits": user.traits})
        return message

    def _group(self) -> Event:
        group = self.analytics.group or Group()
        message: Event = with_dates({"groupId": group.id, "traits": group.traits})
        return message
