"""Requests guides when visitor, account, metadata or URL change."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.agent.visitor.identity import is_anonymous
from pendo_destination.javascript.values import UNDEFINED

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_destination.agent.delivery.guide_requests import GuideRequests
    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.page_and_browser import Location
    from pendo_destination.agent.environment.storage import Storage
    from pendo_destination.agent.environment.timers import Timers
    from pendo_destination.agent.visitor.identity import Identity
    from pendo_destination.agent.visitor.metadata import Metadata

PROBE_LIFETIME: Final = 4 * 60 * 60 * 1000

_PROBE_RESULT: Final = "guides_blocked"
_REACHABLE: Final = "0"
_BLOCKED: Final = "1"


class Guides:
    """Requests guides at the agent's times. Guides are not shown; `on_loaded` is called after each good response."""

    def __init__(
        self,
        config: Config,
        location: Location,
        identity: Identity,
        metadata: Metadata,
        *,
        storage: Storage,
        timers: Timers,
        requests: GuideRequests,
        on_loaded: Callable[[], None],
    ) -> None:
        self._config, self._location, self._identity, self._metadata = config, location, identity, metadata
        self._storage, self._timers, self._requests, self._on_loaded = storage, timers, requests, on_loaded
        self._latest_call = 0
        self._last_key: tuple[Any, ...] = ()

    def reload_later(self, url: str = "") -> None:
        """Request guides on the next tick, once for all calls until then, if the state changed since the last request.

        `url` is the page's URL for this request; it defaults to the URL at the next tick.
        """
        self._latest_call += 1
        self._timers.after(0, partial(self._reload, self._latest_call, url))

    def _reload(self, call: int, url: str) -> None:
        identity, url = self._identity, url or self._location.url
        key = (url, identity.visitor_id, identity.account_id, self._metadata.hash)
        if call != self._latest_call or key == self._last_key or self._config.guides_disabled:
            return
        self._last_key = key
        probe_result = self._storage.read(_PROBE_RESULT)
        dropped = self._config.drop_anonymous and is_anonymous(identity.visitor_id)
        if not dropped and probe_result != _BLOCKED:
            self._load(url, probe_result)

    def _load(self, url: str, probe_result: str | None) -> None:
        """Request guides. Without a known result, also probe whether guide events get through; keep it for 4 hours."""
        loaded = self._requests.load(self._query(url))
        result = probe_result or (_REACHABLE if self._requests.probe() else _BLOCKED)
        if loaded and not probe_result:
            self._storage.write(_PROBE_RESULT, result, lifetime=PROBE_LIFETIME)
        if loaded and result == _REACHABLE:
            self._on_loaded()

    def _query(self, url: str) -> dict[str, Any]:
        return {
            "visitorId": self._identity.visitor_id,
            "accountId": self._identity.account_id,
            "url": url,
            "oldVisitorId": self._identity.old_visitor_id,
            "metadata": UNDEFINED if self._config.block_metadata else self._metadata.defined_state,
        }
