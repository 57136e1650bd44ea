"""The forward proxy. It accepts only requests to the hosts that the emulator imitates."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from pendo_contracts.wire.region import locate
from pendo_emulator.addresses import covers
from pendo_emulator.response import OutgoingResponse, response

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.http.request import Request

log = logging.getLogger("pendo-emulator")


class ProxyRefusal(NamedTuple):
    """The response to a request that the proxy does not forward, and the reason for its status line."""

    response: OutgoingResponse
    reason: str


class Proxy:
    """Accepts requests to the hosts in `domains` and to the emulator's own `port` on this machine; rejects others.

    `host_fault` says whether a fault `unresolved` applies to a host of `domains`.
    """

    def __init__(
        self, domains: tuple[str, ...], port: int, host_fault: Callable[[str, str], Any] | None = None
    ) -> None:
        self._domains = domains
        self._own_port = f":{port}"
        self._host_fault = host_fault

    def check(self, request: Request, *, encrypted: bool) -> ProxyRefusal | None:
        """Check a proxied request: return None if it is allowed, else the refusal.

        Rewrites the target of an allowed request as if the client had sent it to the host directly. `encrypted` means
        that the request came over TLS; CONNECT is then refused.
        """
        if request.method != "CONNECT":
            return self._check_host(request.to_origin_form())
        if encrypted:
            return _refuse(400, "connect to the proxy by plain HTTP, not TLS: set HTTPS_PROXY=http://...")
        return self._check_host(request.target)

    def _check_host(self, netloc: str) -> ProxyRefusal | None:
        place = locate(netloc)
        if place.kind == "local" and netloc.endswith(self._own_port):
            return None
        if covers(self._domains, place.host):
            missing = self._host_fault and self._host_fault("unresolved", place.host)
            return _not_resolved(place.host) if missing else None
        reason = f"{place.host} is neither a Pendo host nor a --cname host: the proxy does not forward requests to it"
        return _refuse(403, reason)


def is_proxied(request: Request) -> bool:
    """Return whether a client uses the emulator as a proxy: by CONNECT, or with a URL as the target."""
    return request.method == "CONNECT" or request.target[:8].lower().startswith(("http://", "https://"))


def _refuse(status: int, reason: str) -> ProxyRefusal:
    log.warning("%s", reason)
    return ProxyRefusal(response(f"{reason}\n".encode(), "text/plain;charset=utf-8", status), reason)


def _not_resolved(host: str) -> ProxyRefusal:
    """Return the answer of a proxy for a name without an address: 502 with `Proxy-Status` (RFC 9209)."""
    reason = f"the name {host} does not resolve (a fault of this emulator)"
    refused = response(f"{reason}\n".encode(), "text/plain;charset=utf-8", 502)
    status = {"proxy-status": 'pendo-emulator; error=dns_error; rcode="NXDOMAIN"', "x-emulator-fault": "unresolved"}
    return ProxyRefusal(refused.with_headers(status), reason)
