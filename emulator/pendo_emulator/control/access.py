"""Access rules of the control API: pages of other sites have no access, other machines need a token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.region import LOCAL_HOSTS, locate
from pendo_emulator.response import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.response import OutgoingResponse

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

_NO_TOKEN: Final = "send the header `Authorization: Bearer TOKEN`; the emulator prints its token when it starts"  # noqa: S105 - a message
_UNAUTHORIZED: Final = problem(401, _NO_TOKEN).with_headers({"www-authenticate": "Bearer"})


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Decides who may use the control API.

    With a `token`, only requests that carry it. Without one, requests to a name of this machine or to one of `hosts`,
    unless they come from a page of another site. Such a page can make a browser send requests here, which Origin and
    Sec-Fetch-Site reveal, and read the responses by DNS rebinding, which Host reveals.
    """

    hosts: frozenset[str] = frozenset()
    token: str = ""

    def check(self, headers: Mapping[str, str]) -> OutgoingResponse | None:
        """Return the response that denies a request, or None if it is allowed; header names are lower-case."""
        if self.token:
            return None if self._has_token(headers.get("authorization", "")) else _UNAUTHORIZED
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._allows(host):
            return problem(403, f"the host name {host!r} is not allowed: allow it with --allow-host")
        if origin is not None and not self._allows(split_url(origin)[0] or "null"):
            return problem(403, f"pages of {origin} have no access: allow their host with --allow-host")
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return problem(403, "pages of other sites have no access")
        return None

    def _has_token(self, authorization: str) -> bool:
        return hmac.compare_digest(authorization.encode("latin-1", "replace"), f"Bearer {self.token}".encode())

    def _allows(self, netloc: str) -> bool:
        return locate(netloc).host in LOCAL_HOSTS | self.hosts


DEFAULT_POLICY: Final = AccessPolicy()
