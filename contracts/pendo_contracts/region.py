"""Pendo's regions and their hosts, and which of Segment's surfaces offers which region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pendo_contracts.caching import cached_for_short_text
from pendo_contracts.suggestion import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["content", "data", "app"]
Surface = Literal["actions", "classic", "webhook"]


@dataclass(frozen=True, slots=True)
class Region:
    """One Pendo region: the agent's `env` is its key, `version_suffix` ends the agent's version on the wire."""

    name: str
    title: str
    content_host: str
    data_host: str
    app_host: str
    version_suffix: str
    offered_by: frozenset[Surface] = frozenset()

    def host(self, role: Role) -> str:
        """Name the region's host for a role."""
        return {"content": self.content_host, "data": self.data_host, "app": self.app_host}[role]


# Content and app hosts, env and suffix: observed in the published agent's server table. Data hosts: documented for io
# and eu, observed in published clients for us1, jp, au, gov and hsbc. No pattern gives these names: `us1.` is a
# prefix, the others are infixes, and env `jp` is `jpn` in host names.
REGIONS: Final[Mapping[str, Region]] = {
    region.name: region
    for region in (
        Region(
            "io", "US", "cdn.pendo.io", "data.pendo.io", "app.pendo.io", "prod",
            frozenset({"actions", "classic", "webhook"}),
        ),
        Region(
            "eu", "EU", "cdn.eu.pendo.io", "data.eu.pendo.io", "app.eu.pendo.io", "prod-eu",
            frozenset({"actions", "webhook"}),
        ),
        Region(
            "us1", "US restricted", "us1.cdn.pendo.io", "us1.data.pendo.io", "us1.app.pendo.io", "prod-us1",
            frozenset({"actions"}),
        ),
        Region(
            "jp", "Japan", "cdn.jpn.pendo.io", "data.jpn.pendo.io", "app.jpn.pendo.io", "prod-jp",
            frozenset({"actions"}),
        ),
        Region("au", "Australia", "cdn.au.pendo.io", "data.au.pendo.io", "app.au.pendo.io", "prod-au"),
        Region("gov", "US government", "cdn.gov.pendo.io", "data.gov.pendo.io", "app.gov.pendo.io", "prod-gov"),
        Region("hsbc", "HSBC", "cdn.hsbc.pendo.io", "data.hsbc.pendo.io", "app.hsbc.pendo.io", "prod-hsbc"),
    )
}  # fmt: skip

_ROLES: Final[tuple[Role, ...]] = ("content", "data", "app")
HOSTS: Final[Mapping[str, tuple[Region, Role]]] = {
    region.host(role): (region, role) for region in REGIONS.values() for role in _ROLES
}
LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]", ""})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request was addressed to: a region's host, a CNAME candidate, this machine, or no host Pendo has."""

    host: str
    kind: Literal["region", "cname", "local", "unlisted"]
    region: Region | None = None
    role: Role | None = None

    @property
    def name(self) -> str:
        """The region's name, or the kind where there is none."""
        return self.region.name if self.region else self.kind

    @property
    def label(self) -> str:
        """The region's name, or the host where it belongs to none."""
        return self.region.name if self.region else self.host or self.kind

    def explain(self) -> str:
        """Say in a sentence what the host is taken for."""
        match self.kind:
            case "region":
                return f"{self.host} is the {self.role} host of region {self.name}"
            case "cname":
                return f"{self.host} is no host of Pendo's: taken as a customer's CNAME"
            case "local":
                return f"{self.host or 'no host'} is this machine: taken for whatever host the path asks for"
            case "unlisted":
                return f"{self.host} is not a listed host of Pendo's; did you mean {nearest(self.host, HOSTS)}?"


@cached_for_short_text
def locate(netloc: str) -> Place:
    """Find what a Host header or a URL's network location stands for; the port does not matter."""
    host = _host_name(netloc)
    if host in HOSTS:
        region, role = HOSTS[host]
        return Place(host, "region", region, role)
    if host in LOCAL_HOSTS:
        return Place(host, "local")
    return Place(host, "unlisted" if host.endswith(".pendo.io") else "cname")


def _host_name(netloc: str) -> str:
    host = netloc.lower().rpartition("@")[2]
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".")
