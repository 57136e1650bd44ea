"""Builds the URL of a server from the host on which it listens."""

from __future__ import annotations

from typing import Final

# On some systems clients cannot connect to a wildcard address; on the others they can use only one family with it.
_CLIENT_HOSTS: Final = {"::": "localhost", "": "localhost", "0.0.0.0": "127.0.0.1"}  # noqa: S104


def client_host(host: str) -> str:
    """Return the host name that clients on this machine use for a server that listens on `host`."""
    return _CLIENT_HOSTS.get(plain_host(host), plain_host(host))


def http_url(host: str, port: int) -> str:
    """Return the URL of a server for clients on this machine."""
    return f"http://{netloc(client_host(host), port)}"


def netloc(host: str, port: int) -> str:
    """Return host and port in the form of a URL: an IPv6 address has brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def plain_host(host: str) -> str:
    """Return a host in lower case, without the brackets of IPv6 and without the dot at the end."""
    return host.lower().strip("[]").removesuffix(".")
