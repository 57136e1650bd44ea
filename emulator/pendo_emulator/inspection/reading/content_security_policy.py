"""Decides whether a Content-Security-Policy of a page lets a request pass (W3C Content Security Policy Level 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import unquote

from pendo_contracts.wire.beacon import split_url

if TYPE_CHECKING:
    from collections.abc import Mapping

Load: TypeAlias = Literal["script", "image", "connect"]

DIRECTIVES: Final[Mapping[Load, tuple[str, ...]]] = {
    "script": ("script-src-elem", "script-src", "default-src"),
    "image": ("img-src", "default-src"),
    "connect": ("connect-src", "default-src"),
}
MAX_POLICY: Final = 16_000

_NETWORK: Final = frozenset({"http", "https", "ws", "wss"})
_PORTS: Final[Mapping[str, str]] = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
_HOST_SOURCE: Final = re.compile(r"(?:([a-z][a-z0-9+.-]*)://)?([^/:]+|\[[^\]]*\])(?::(\d+|\*))?(/.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: its directives by name, each with its sources."""

    directives: Mapping[str, tuple[str, ...]]

    def blocking_directive(self, load: Load, url: str, page: str) -> str:
        """Return the directive that stops a request of a page, with its sources; "" if the policy lets it pass."""
        for name in DIRECTIVES[load]:
            if (sources := self.directives.get(name)) is not None:
                allowed = any(_allows(source, url, page) for source in sources)
                return "" if allowed else " ".join((name, *sources))
        return ""


def read_policies(texts: list[str]) -> list[Policy]:
    """Read the policies of headers or meta elements; a comma separates policies."""
    return [policy for text in texts for policy in _read_text(text[:MAX_POLICY])]


@lru_cache(maxsize=64)
def _read_text(text: str) -> tuple[Policy, ...]:
    """Read one text; the pages of a site share it."""
    return tuple(Policy(directives) for part in text.split(",") if (directives := _read_directives(part)))


def _read_directives(text: str) -> dict[str, tuple[str, ...]]:
    directives: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        words = part.split()
        if words:
            directives.setdefault(words[0].lower(), tuple(words[1:]))
    return directives


def _allows(source: str, url: str, page: str) -> bool:
    """Return whether one source expression matches a URL.

    A nonce or a hash matches nothing here, because no recording shows the attributes of an element; `strict-dynamic`
    matches, because it allows what a trusted script loads.
    """
    scheme, own_scheme = _scheme(url), _scheme(page)
    lower = source.lower()
    if lower == "*":
        return scheme in _NETWORK or scheme == own_scheme
    if lower == "'self'":
        return _is_same_origin(url, page)
    if lower == "'strict-dynamic'":
        return True
    if lower.startswith("'"):
        return False
    if lower.endswith(":") and "/" not in lower:
        return _scheme_matches(lower[:-1], scheme)
    return _matches_host(source, url, own_scheme)


def _matches_host(source: str, url: str, own_scheme: str) -> bool:
    matched = _HOST_SOURCE.fullmatch(source)
    if matched is None:
        return False
    wanted_scheme, host, port, path = matched.groups()
    scheme = _scheme(url)
    if not _scheme_matches(wanted_scheme.lower() if wanted_scheme else own_scheme, scheme):
        return False
    netloc, url_path, _ = split_url(url)
    url_host, url_port = _host_and_port(netloc, scheme)
    return _host_matches(host.lower(), url_host) and _port_matches(port, url_port, scheme) and _path_matches(
        path or "", url_path
    )  # fmt: skip


def _scheme_matches(wanted: str, scheme: str) -> bool:
    """Return whether a scheme is the wanted one or a secure form of it."""
    return scheme == wanted or (wanted, scheme) in {
        ("http", "https"),
        ("ws", "wss"),
        ("ws", "http"),
        ("ws", "https"),
        ("wss", "https"),
    }


def _host_matches(pattern: str, host: str) -> bool:
    if pattern == "*":
        return True
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _port_matches(wanted: str | None, port: str, scheme: str) -> bool:
    if wanted in {"*", port}:
        return True
    if wanted is None:
        return port == _PORTS.get(scheme, "")
    return wanted == "80" and port == "443" and scheme == "https"


def _path_matches(wanted: str, path: str) -> bool:
    if wanted in {"", "/"}:
        return True
    wanted, path = unquote(wanted), unquote(path)
    return path.startswith(wanted) if wanted.endswith("/") else path == wanted


def _is_same_origin(url: str, page: str) -> bool:
    scheme, own_scheme = _scheme(url), _scheme(page)
    host, port = _host_and_port(split_url(url)[0], scheme)
    own_host, own_port = _host_and_port(split_url(page)[0], own_scheme)
    if host != own_host:
        return False
    secured = (own_scheme, scheme) == ("http", "https") and (own_port, port) == ("80", "443")
    return secured or (scheme == own_scheme and port == own_port)


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def _host_and_port(netloc: str, scheme: str) -> tuple[str, str]:
    host = netloc.lower().rpartition("@")[2]
    if host.startswith("["):
        name, _, rest = host.partition("]")
        return f"{name}]", rest.removeprefix(":") or _PORTS.get(scheme, "")
    name, _, port = host.partition(":")
    return name.rstrip("."), port or _PORTS.get(scheme, "")
