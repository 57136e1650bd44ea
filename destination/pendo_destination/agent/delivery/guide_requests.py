"""Requests for guides and the probe for guide events."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.agent.delivery.compression import base64url, compress
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.wire.envelope import Response
    from pendo_destination.agent.delivery.data_host import DataHost
    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.page_and_browser import Clock
    from pendo_destination.agent.visitor.signed_metadata import SignedMetadata

URL_LIMIT: Final = 2000
DO_NOT_PROCESS: Final = 451
PLACEHOLDER_ACCOUNT: Final = "ACCOUNT-UNIQUE-ID"

_EMPTY: Final = compress("[]")


class GuideRequests:
    """Sends `guide.json` and `guide.gif`; locks the data host if Pendo answers that it must not process the visitor."""

    def __init__(self, config: Config, host: DataHost, signature: SignedMetadata, clock: Clock) -> None:
        self._config, self._host, self._signature, self._clock = config, host, signature, clock
        self._ids = count(17, 2)

    def load(self, query: Mapping[str, Any]) -> bool:
        """Request guides; return whether the response contains guides for this request."""
        request_id = str(next(self._ids))
        return self._accept(self._send(query, request_id), request_id)

    def probe(self) -> bool:
        """Return whether a request for `guide.gif` gets any response."""
        params = {"jzb": _EMPTY, "ct": self._clock(), "v": self._config.version}
        return self._host.get(self._host.url("guide.gif", self._config.api_key, params)) is not None

    def _send(self, query: Mapping[str, Any], request_id: str) -> Response | None:
        """Send by GET, or by POST if the URL would be too long or the metadata are signed."""
        packed, account_id = compress(text(stringify(query))), query["accountId"]
        params = {"id": request_id, "jzb": packed, "v": self._config.version, "ct": self._clock()}
        if self._config.adopt_partner and account_id and account_id != PLACEHOLDER_ACCOUNT:
            params["acc"] = base64url(str(account_id).encode())
        url = self._host.url("guide.json", self._config.api_key, params)
        credentials = self._signature.credentials
        if len(url) <= URL_LIMIT and not credentials:
            return self._host.get(url)
        del params["jzb"]
        url = self._host.url("guide.json", self._config.api_key, params)
        return self._host.post(url, {"events": packed, **credentials})

    def _accept(self, response: Response | None, request_id: str) -> bool:
        if response is None:
            return False
        body = _read(response.body)
        members = body if isinstance(body, dict) else {}
        refused = response.status == DO_NOT_PROCESS or (response.good and members.get("statusCode") == DO_NOT_PROCESS)
        if refused:
            self._host.locked = True
        foreign = isinstance(members.get("id"), str) and members["id"] != request_id
        return response.good and body is not None and not (refused or foreign)


def _read(body: bytes) -> Any:
    """Return a body's JSON, or the body itself if it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body
