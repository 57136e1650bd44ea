"""A transport that records each request, and stops the requests that a scenario blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from pendo_contracts.wire.endpoint import ASSETS, find_endpoint
from pendo_contracts.wire.envelope import Envelope, Response
from pendo_destination.errors import UnreachableError
from pendo_destination.scenarios.running.engage_steps import without_integration_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pendo_contracts.scenarios.scenario import Block, BlockReason
    from pendo_destination.scenarios.running.har_log import HarLog
    from pendo_destination.transport.http_transport import Transport

# The words of Chromium for requests that it, an extension or the network stops (observed).
REASONS: Final[Mapping[BlockReason, str]] = {
    "client": "net::ERR_BLOCKED_BY_CLIENT",
    "policy": "csp",
    "mixed": "mixed-content",
    "name": "net::ERR_NAME_NOT_RESOLVED",
    "certificate": "net::ERR_CERT_AUTHORITY_INVALID",
    "network": "net::ERR_CONNECTION_RESET",
}
NOT_FOUND: Final = Response(404, {"content-type": "text/html"}, b"<!doctype html><title>Not found</title>")

# A browser's agent has its configuration inside its script, so that it never asks for it (observed).
_UNRECORDED: Final = "config.json"
_VARYING: Final = frozenset({"date", "x-request-id", "connection"})


def endpoint_of(url: str) -> str:
    """Return the name of the endpoint that a URL asks for, "" for any other URL."""
    found = find_endpoint(urlsplit(url).path)
    return found[0].name if found else ""


def find_block(blocked: Sequence[Block], url: str) -> Block | None:
    """Return the first block that stops a request, None if no block does."""
    endpoint, host = endpoint_of(url), urlsplit(url).hostname or ""
    return next((one for one in blocked if one.endpoint in {"", endpoint} and one.host in {"", host}), None)


def resource_of(envelope: Envelope) -> str:
    """Return a browser's type of a request of the agent."""
    endpoint = endpoint_of(envelope.url)
    if endpoint in ASSETS and endpoint.endswith(".js"):
        return "script"
    return "image" if envelope.method == "GET" and endpoint.endswith(".gif") else "fetch"


@dataclass(slots=True)
class RecordingTransport:
    """Sends requests and records them in a log.

    `page` returns the URL of the page: a request to its own host reaches the shop's server, which does not have Pendo's
    files, and not an emulator.
    """

    transport: Transport
    log: HarLog
    blocked: Sequence[Block]
    page: Callable[[], str]

    def __call__(self, envelope: Envelope) -> Response:
        """Send a request; raise UnreachableError if it is blocked or gets no answer."""
        if block := find_block(self.blocked, envelope.url):
            self._record(envelope, None, REASONS[block.reason])
            raise UnreachableError(f"{envelope.url} is blocked: {block.reason}")
        if urlsplit(envelope.url).netloc == urlsplit(self.page()).netloc:
            self._record(envelope, NOT_FOUND)
            return NOT_FOUND
        try:
            response = self.transport(envelope)
        except UnreachableError:
            self._record(envelope, None, REASONS["network"])
            raise
        self._record(envelope, response)
        return response

    def _record(self, envelope: Envelope, response: Response | None, reason: str = "") -> None:
        if endpoint_of(envelope.url) != _UNRECORDED:
            kept = without_varying_headers(response) if response else None
            self.log.add(without_integration_key(envelope), resource_of(envelope), kept, reason)


def without_varying_headers(response: Response) -> Response:
    """Return a response without the emulator's own headers, and without those that differ from run to run."""
    headers = {
        name: value
        for name, value in response.headers.items()
        if name not in _VARYING and not name.startswith("x-emulator")
    }
    return replace(response, headers=headers)
