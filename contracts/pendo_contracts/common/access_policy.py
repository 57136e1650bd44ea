"""Access rules of a server's own pages: pages of other sites have no access, other machines need a token."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# With these headers a browser does not run scripts of a response, and does not frame, cache or share the response.
SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

# A missing Host header is allowed, because browsers always send one.
LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]", ""})

# The value of a Host header, in lower case: a name or an IPv6 address in brackets, and a port.
_HOST: Final = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\]|)(?::\d{1,5})?", re.ASCII)
_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
_WEB_ORIGIN: Final = re.compile(r"https?://(.+)", re.ASCII)


class Denial(NamedTuple):
    """The HTTP status (401 or 403) and the text of the response to a request that is denied."""

    status: int
    message: str


class AccessPolicy(NamedTuple):
    """Decides who may read a server's own pages.

    With a `token`, only requests that have the token are allowed. Without a token, requests to a name of this machine
    or to one of `hosts` are allowed, except requests from a page of another site. Such a page can make a browser send
    requests to this server (Origin and Sec-Fetch-Site show this), and can read the responses by DNS rebinding (Host
    shows this).
    """

    hosts: frozenset[str] = frozenset()
    token: str = ""

    def check(self, headers: Mapping[str, str], method: str = "GET") -> Denial | None:
        """Return why a request is denied, or None if it is allowed; header names are lower-case."""
        if self.token:
            return None if self._has_token(headers.get("authorization", "")) else _UNAUTHORIZED
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self._allows(host):
            return Denial(403, f"the host name {host!r} is not allowed: allow it with --allow-host")
        if origin is not None and not self._allows_origin(origin):
            return Denial(403, f"pages of {origin} have no access: allow their host with --allow-host")
        if headers.get("sec-fetch-site") == "cross-site" and not _is_followed_link(headers, method):
            return Denial(403, "pages of other sites have no access")
        return None

    def _has_token(self, authorization: str) -> bool:
        import hmac  # noqa: PLC0415 - 6 ms of start-up time; Flask loads it too

        return hmac.compare_digest(authorization.encode("latin-1", "replace"), f"Bearer {self.token}".encode())

    def _allows_origin(self, origin: str) -> bool:
        address = _WEB_ORIGIN.fullmatch(origin.lower())
        return address is not None and self._allows(address[1])

    def _allows(self, host: str) -> bool:
        name = _HOST.fullmatch(host.lower())
        return name is not None and name[1].removesuffix(".") in LOCAL_NAMES | self.hosts


def _is_followed_link(headers: Mapping[str, str], method: str) -> bool:
    """Return whether a browser shows the response as a page, which the page with the link cannot read."""
    return method in _SAFE_METHODS and headers.get("sec-fetch-mode") == "navigate"


_UNAUTHORIZED: Final = Denial(
    401, "send the header `Authorization: Bearer TOKEN`; the server prints its token when it starts"
)

DEFAULT_POLICY: Final = AccessPolicy()


def access_policy_for(host: str, hosts: Iterable[str] = (), token: str | None = None) -> AccessPolicy:
    """Return the access policy for a listening address; it always has a token if other machines can connect."""
    own_token = "" if _is_loopback(host) else _random_token()
    return AccessPolicy(frozenset(map(str.lower, (*hosts, host))), token or own_token)


def _random_token() -> str:
    import secrets  # noqa: PLC0415 - start-up time: a loopback address needs no token

    return secrets.token_urlsafe()


def _is_loopback(host: str) -> bool:
    name = host.strip("[]").removesuffix(".").lower()
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
