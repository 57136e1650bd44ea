"""Recognizes addresses of this machine, and makes requests to them bypass proxies."""

from __future__ import annotations

import os
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

# The first variable that is set names the file of trusted certificates: first those of requests, then OpenSSL's.
CA_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class Session(Protocol):
    """The settings of a `requests.Session` that decide about proxies and certificates."""

    trust_env: bool
    verify: bool | str | None


def is_loopback(url: str) -> bool:
    """Return whether the host of a URL is this machine: localhost, a name below it, or a loopback address."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    address = mapped or address
    return address.is_loopback or address.is_unspecified


def bypass_proxies(session: Session, url: str, environ: Mapping[str, str] = os.environ) -> None:
    """Make a session for a URL of this machine ignore the environment's proxies, but not its certificates."""
    if is_loopback(url):
        session.trust_env = False
        session.verify = next((environ[name] for name in CA_VARIABLES if environ.get(name)), True)
