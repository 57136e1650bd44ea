"""DataHost: the host that all of an agent's requests go to, and the ways a page has to reach it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pendo_contracts.envelope import Envelope, Response
from pendo_destination.errors import UnreachableError
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.config import Config
    from pendo_destination.agent.page import Environment

JSON_HEADERS: Final = {"content-type": "application/json"}

# How a GIF, PNG, JPEG, WebP, BMP, ICO or AVIF begins.
_IMAGE = re.compile(
    rb"GIF8[79]a|\x89PNG\r\n\x1a\n|\xff\xd8\xff|RIFF....WEBP|BM|\x00\x00\x01\x00|....ftypavif", re.DOTALL
)
_UNSENDABLE = re.compile(r"[^!$-;=?-_a-z|~{}`]")
_KEPT: Final = "!$%&()*+,-./:;=?@[\\]^_`{|}~"


class DataHost:
    """Requests to the data host. While `locked` no image is fetched, and asking for one counts as success."""

    def __init__(self, config: Config, environment: Environment) -> None:
        self._config, self._environment = config, environment
        self.locked = False

    def url(self, endpoint: str, api_key: str, params: Mapping[str, Any]) -> str:
        """Write an endpoint's URL; the agent encodes nothing."""
        query = "&".join(f"{name}={text(value)}" for name, value in params.items())
        return f"{self._config.data_host}/data/{endpoint}/{api_key}?{query}"

    def image(self, url: str) -> bool:
        """Fetch an image; whether it could be shown is all a page learns, the status does not count."""
        if self.locked:
            return True
        answer = self.get(url)
        return answer is not None and bool(_IMAGE.match(answer.body))

    def get(self, url: str) -> Response | None:
        """Fetch a URL; None where no answer came."""
        return self._exchange("GET", url, {}, b"")

    def post(self, url: str, body: Mapping[str, Any]) -> Response | None:
        """Send JSON; None where no answer came."""
        return self._exchange("POST", url, JSON_HEADERS, text(stringify(dict(body))).encode())

    def log(self, message: str) -> None:
        """Leave a line in Pendo's log."""
        params = {"msg": f"{message}v{self._config.version}", "version": self._config.version}
        self.image(self.url("log.gif", self._config.api_key, params))

    def report(self, error: str, visitor_id: Any) -> None:
        """Report an error; whether that arrives nobody asks."""
        body = {"error": error, "version": f"v{self._config.version}", "visitorId": visitor_id}
        self.post(f"{self._config.data_host}/data/errorlog?apiKey={self._config.api_key}", body)

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response | None:
        envelope = Envelope(method, _as_sent(url), headers, body, self._environment.clock())
        try:
            return self._environment.transport(envelope)
        except UnreachableError:
            return None


def _as_sent(url: str) -> str:
    """Encode what a browser encodes when a request leaves, and leave the fragment at home."""
    url = url.partition("#")[0]
    return quote(url, safe=_KEPT, errors="replace") if _UNSENDABLE.search(url) else url
