"""Sends beacon requests, by a method that depends on their size and on the page's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.wire.agent_limits import GET_LIMIT, POST_LIMIT

if TYPE_CHECKING:
    from pendo_destination.agent.delivery.beacon_request import BeaconRequest
    from pendo_destination.agent.delivery.data_host import DataHost
    from pendo_destination.agent.delivery.outbox import Outbox
    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.page_and_browser import Clock


class Sender:
    """Sends beacon requests to the data host, or leaves them to the next page."""

    def __init__(self, config: Config, host: DataHost, outbox: Outbox, clock: Clock) -> None:
        self._config, self._host, self._outbox, self._clock = config, host, outbox, clock

    def send(self, request: BeaconRequest, api_key: str, *, unload: bool) -> bool:
        """Send a request by GET if it is small, or else by POST; return whether it was delivered.

        A request above both limits is dropped and counts as delivered (observed in the published agent). If unsent
        events are kept on unload, the first API key's request goes to the outbox and counts as delivered.
        """
        if unload and self._config.store_on_unload:
            if api_key == self._config.api_key:
                self._outbox.add(request)
            return True
        if request.size <= GET_LIMIT and not self._config.post_only and not (unload and request.credentials):
            return self._get(request, api_key, unload=unload)
        if request.size > POST_LIMIT:
            return True
        head = {"v": self._config.version, "ct": self._clock(), "s": len(request.jzb)}
        url = self._host.url(f"{request.beacon}.gif", api_key, {**head, **request.params})
        response = self._host.post(url, {"events": request.jzb, **request.credentials})
        return response is not None and response.good

    def _get(self, request: BeaconRequest, api_key: str, *, unload: bool) -> bool:
        """Load an image; on unload and with credentials use fetch, which reports the status."""
        head = {"v": self._config.version, "ct": self._clock(), "jzb": request.jzb}
        url = self._host.url(f"{request.beacon}.gif", api_key, {**head, **request.params, **request.credentials})
        if not (unload or request.credentials):
            return self._host.load_image(url)
        response = self._host.get(url)
        return response is not None and response.good
