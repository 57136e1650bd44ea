"""The forward proxy: it reaches the emulator's own hosts and nothing else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from pendo_contracts.wire.region import locate
from pendo_emulator.addresses import covers
from pendo_emulator.response import OutgoingResponse, response

if TYPE_CHECKING:
    from pendo_emulator.http.request import Request

log = logging.getLogger("pendo-emulator")


class ProxyRefusal(NamedTuple):
    """The response to a request that the proxy does not forward, and the reason for its status line."""

    response: OutgoingResponse
    reason: str


class Proxy:
    """Decides which requests to forward: those for `domains`, and for the emulator's own `port` on this machine."""

    def __init__(self, domains: tuple[str, ...], port: int) -> None:
        self._domains = domains
        self._own_port = f":{port}"

    def check(self, request: Request, *, encrypted: bool) -> ProxyRefusal | None:
        """Return None if a proxied request may be answered, which then has the form that the host itself gets.

        `encrypted` means that the request came over TLS, where CONNECT is refused.
        """
        if request.method != "CONNECT":
            return self._check_host(request.to_origin_form())
        if encrypted:
            return _refuse(400, "the proxy speaks plain HTTP itself: HTTPS_PROXY=http://...")
        return self._check_host(request.target)

    def _check_host(self, netloc: str) -> ProxyRefusal | None:
        place = locate(netloc)
        if (place.kind == "local" and netloc.endswith(self._own_port)) or covers(self._domains, place.host):
            return None
        return _refuse(403, f"{place.host} is neither Pendo's nor a --cname: the proxy goes no further")


def is_proxied(request: Request) -> bool:
    """Return whether a client uses the emulator as a proxy: by CONNECT, or with a URL as the target."""
    return request.method == "CONNECT" or request.target[:8].lower().startswith(("http://", "https://"))


def _refuse(status: int, reason: str) -> ProxyRefusal:
    log.warning("%s", reason)
    return ProxyRefusal(response(f"{reason}\n".encode(), "text/plain;charset=utf-8", status), reason)
