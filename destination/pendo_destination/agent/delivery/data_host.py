"""The data host, which receives all of an agent's requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pendo_contracts.wire.envelope import Envelope, Response
from pendo_destination.errors import DestinationError
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.page_and_browser import Environment

JSON_HEADERS: Final = {"content-type": "application/json"}

# The first bytes of a GIF, PNG, JPEG, WebP, BMP, ICO or AVIF.
_IMAGE = re.compile(
    rb"GIF8[79]a|\x89PNG\r\n\x1a\n|\xff\xd8\xff|RIFF....WEBP|BM|\x00\x00\x01\x00|....ftypavif", re.DOTALL
)
_TO_ENCODE = re.compile(r"[^!$-;=?-_a-z|~{}`]")
_SAFE: Final = "!$%&()*+,-./:;=?@[\\]^_`{|}~"


class DataHost:
    """Sends requests to the data host. While `locked`, `load_image` sends nothing and returns True."""

    def __init__(self, config: Config, environment: Environment) -> None:
        self._config, self._environment = config, environment
        self.locked = False

    def url(self, endpoint: str, api_key: str, params: Mapping[str, Any]) -> str:
        """Return an endpoint's URL; the agent encodes nothing."""
        query = "&".join([f"{name}={text(value)}" for name, value in params.items()])
        return f"{self._config.data_host}/data/{endpoint}/{api_key}?{query}"

    def load_image(self, url: str) -> bool:
        """Load an image; return whether the body is an image, because a page cannot read the status."""
        if self.locked:
            return True
        response = self.get(url)
        return response is not None and bool(_IMAGE.match(response.body))

    def get(self, url: str) -> Response | None:
        """Get a URL; return None if there is no usable response."""
        return self._send("GET", url, {}, b"")

    def post(self, url: str, body: Mapping[str, Any]) -> Response | None:
        """Post JSON; return None if there is no usable response."""
        return self._send("POST", url, JSON_HEADERS, text(stringify(dict(body))).encode())

    def log_message(self, message: str) -> None:
        """Send a line for Pendo's log."""
        params = {"msg": f"{message}v{self._config.version}", "version": self._config.version}
        self.load_image(self.url("log.gif", self._config.api_key, params))

    def log_error(self, error: str, visitor_id: Any) -> None:
        """Send an error for Pendo's log; the result is ignored."""
        body = {"error": error, "version": f"v{self._config.version}", "visitorId": visitor_id}
        self.post(f"{self._config.data_host}/data/errorlog?apiKey={self._config.api_key}", body)

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response | None:
        envelope = Envelope(method, encode_url(url), headers, body, self._environment.clock())
        try:
            return self._environment.transport(envelope)
        except DestinationError:  # no answer, an answer that is too large, or a data host that is not a host
            return None


def encode_url(url: str) -> str:
    """Return a URL as a browser sends it: encoded if necessary, without the fragment."""
    url = url.partition("#")[0]
    return quote(url, safe=_SAFE, errors="replace") if _TO_ENCODE.search(url) else url
