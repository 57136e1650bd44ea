"""Guard: who may ask the emulator about itself; pages of other sites may not, nor other machines without a token."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pendo_contracts.beacon import split_url
from pendo_contracts.region import LOCAL_HOSTS, locate
from pendo_emulator.http.response import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.http.response import OutgoingResponse

HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

_NO_TOKEN: Final = problem(401, "say `Authorization: Bearer` and the token that the emulator printed when it started")
_ASK_FOR_TOKEN: Final = _NO_TOKEN.with_headers({"www-authenticate": "Bearer"})


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Answers to this machine's names and to `hosts`; where there is a `token`, to whoever has it and nobody else.

    A page of another site can make a browser send requests here, and by DNS rebinding read the answers: the one shows
    in Origin and Sec-Fetch-Site, the other in Host.
    """

    hosts: frozenset[str] = frozenset()
    token: str = ""

    def check(self, headers: Mapping[str, str]) -> OutgoingResponse | None:
        """Say why a request is refused, or None; header names are lower-case."""
        if self.token:
            return None if self._is_shown(headers.get("authorization", "")) else _ASK_FOR_TOKEN
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._knows(host):
            return problem(403, f"the emulator does not go by the name {host!r}: start it with --allow-host")
        if origin is not None and not self._knows(split_url(origin)[0] or "null"):
            return problem(403, f"pages of {origin} may not ask: start the emulator with --allow-host for their host")
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return problem(403, "pages of other sites may not ask")
        return None

    def _is_shown(self, authorization: str) -> bool:
        return hmac.compare_digest(authorization.encode("latin-1", "replace"), f"Bearer {self.token}".encode())

    def _knows(self, netloc: str) -> bool:
        return locate(netloc).host in LOCAL_HOSTS | self.hosts


DEFAULT_POLICY: Final = AccessPolicy()
