"""Request: packed events on their way to a beacon, in the form that their size and the moment call for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pendo_contracts.agent_limits import GET_LIMIT, POST_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.config import Config
    from pendo_destination.agent.delivery.data_host import DataHost
    from pendo_destination.agent.page import Clock


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A jzb with the query parameters and the credentials that go with it; no two are the same."""

    beacon: str
    jzb: str
    params: Mapping[str, str]
    credentials: Mapping[str, str]

    @property
    def size(self) -> int:
        """The characters that count against the limits."""
        return len(self.jzb) + sum(map(len, self.credentials.values()))

    def store(self) -> dict[str, Any]:
        """Write the request as the agent keeps it in storage from one page to the next."""
        stored = {"JZB": self.jzb, "params": self.params, "beacon": self.beacon, "eventLength": self.size}
        return {**stored, "auth": self.credentials} if self.credentials else stored

    @classmethod
    def restore(cls, stored: Mapping[str, Any]) -> Request:
        """Read what `store` wrote."""
        return cls(stored["beacon"], stored["JZB"], stored["params"], stored.get("auth", {}))


class Sender:
    """Sends requests to API keys."""

    def __init__(self, config: Config, host: DataHost, clock: Clock) -> None:
        self._config, self._host, self._clock = config, host, clock

    def send(self, request: Request, api_key: str, *, unload: bool) -> bool:
        """Send a request and tell whether it got through: by GET if it is small, else by POST.

        What is too large for either counts as sent (observed in the published agent).
        """
        if request.size <= GET_LIMIT and not self._config.post_only and not (unload and request.credentials):
            return self._get(request, api_key, unload=unload)
        if request.size > POST_LIMIT:
            return True
        head = {"v": self._config.version, "ct": self._clock(), "s": len(request.jzb)}
        url = self._host.url(f"{request.beacon}.gif", api_key, {**head, **request.params})
        answer = self._host.post(url, {"events": request.jzb, **request.credentials})
        return answer is not None and answer.good

    def _get(self, request: Request, api_key: str, *, unload: bool) -> bool:
        """Ask for an image; where the page goes away, or credentials are sent, fetch it, which is judged by status."""
        head = {"v": self._config.version, "ct": self._clock(), "jzb": request.jzb}
        url = self._host.url(f"{request.beacon}.gif", api_key, {**head, **request.params, **request.credentials})
        if not (unload or request.credentials):
            return self._host.image(url)
        answer = self._host.get(url)
        return answer is not None and answer.good
