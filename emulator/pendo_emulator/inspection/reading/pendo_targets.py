"""Finds out what a request asks of Pendo: the endpoint, the API key, and the kind of host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from pendo_contracts.rules.request_facts import HostKind, host_kind
from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.endpoint import ASSETS, ENDPOINTS, find_endpoint
from pendo_contracts.wire.region import REGIONS, locate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Role: TypeAlias = Literal["script", "data", "webhook", "server"]

_ROLES: Final[Mapping[str, Role]] = {
    "segmentio": "webhook", "track": "server", "agentic": "server", "agenticsdk": "server",
}  # fmt: skip
# Only these names prove that a host that is not Pendo's is a CNAME for Pendo; `/data/track` may be any application's.
_TELLING: Final = frozenset(endpoint.name for endpoint in ENDPOINTS if "." in endpoint.name)
_MISPLACED: Final = re.compile(
    r"(?:/[^?#]*)?(/data/(?:" + "|".join(map(re.escape, sorted(_TELLING - ASSETS))) + r")/[^/]+)"
)
_SUFFIXES: Final = {region.version_suffix: region.name for region in REGIONS.values()}
_SCRIPT: Final = re.compile(r"(/.*?)/+agent/static/[^/]+/[^/]+")
# With an empty API key it is still a request for the agent.
_WITHOUT_KEY: Final = re.compile(r"/+agent/static/+pendo\.js")
_HOST_NAME: Final = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z]{2,}(?::\d+)?", re.IGNORECASE)


class Target(NamedTuple):
    """What a request asks of Pendo.

    `region` is that of the host, "" for a host without one. `prefix` is what stands before the path of the endpoint: a
    host name without its scheme becomes such a prefix on the page's own host. `has_secret` is true if the key is a
    secret, which is never shown.
    """

    endpoint: str
    api_key: str
    role: Role
    host: str
    host_kind: HostKind
    region: str
    prefix: str = ""
    has_secret: bool = False

    @property
    def names_host(self) -> bool:
        """Whether the prefix looks like a host name, or like a missing value in place of one."""
        return names_host(self.prefix)


def find_target(url: str, known_hosts: Collection[str]) -> Target | None:
    """Return what a URL asks of Pendo; None for any other URL.

    `known_hosts` are hosts that other requests proved to be Pendo's CNAMEs.
    """
    netloc, path, _ = split_url(url)
    if "/data/" not in path and "/agent/" not in path:
        return None
    place = locate(netloc)
    kind = host_kind(place)
    region = place.region.name if place.region else ""
    if (found := find_endpoint(path)) is not None:
        endpoint, api_key = found
        if kind == "cname" and endpoint.name not in _TELLING and place.host not in known_hosts:
            return None
        role = "script" if endpoint.name in ASSETS else _ROLES.get(endpoint.name, "data")
        matched = _SCRIPT.fullmatch(path) if role == "script" else None
        prefix = matched.group(1).strip("/") if matched else ""
        return Target(endpoint.name, api_key, role, place.host, kind, region, prefix, endpoint.secret)
    if kind in {"listed", "unlisted"} and _WITHOUT_KEY.fullmatch(path):
        return Target("pendo.js", "", "script", place.host, kind, region)
    if (moved := find_misplaced(path)) and (found := find_endpoint(moved)):
        return Target(found[0].name, found[1], "data", place.host, kind, region, path[: -len(moved)].strip("/"))
    return None


def find_misplaced(path: str) -> str:
    """Return the part of a path that is Pendo's if something stands before it; "" for any other path."""
    matched = _MISPLACED.fullmatch(path) if "/data/" in path else None
    return matched.group(1) if matched and matched.group(1) != path else ""


def names_host(prefix: str) -> bool:
    """Return whether a prefix of a path has a step like a host name, or a missing value as text."""
    return any(
        _HOST_NAME.fullmatch(step) or step in {"null", "undefined", "https:", "http:"} for step in prefix.split("/")
    )


def region_of_version(version: str) -> str:
    """Return the region in the agent's version (`2.291.4_prod-eu`), "" if it has none."""
    return _SUFFIXES.get(version.partition("_")[2].removesuffix("_ext"), "")
