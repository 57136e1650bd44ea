"""Pendo's regions and their hosts, and the regions that each of Segment's destinations offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pendo_contracts.common.caching import cached_for_short_text
from pendo_contracts.common.name_suggestion import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

Role = Literal["content", "data", "app"]
Surface = Literal["actions", "classic", "webhook"]


class Region(NamedTuple):
    """One Pendo region; the agent appends `version_suffix` to its version in every request."""

    name: str
    title: str
    content_host: str
    data_host: str
    app_host: str
    version_suffix: str
    offered_by: frozenset[Surface] = frozenset()

    def host(self, role: Role) -> str:
        """Return the region's host for a role."""
        return {"content": self.content_host, "data": self.data_host, "app": self.app_host}[role]


# Content and app hosts, env and suffix: observed in the published agent's server table. Data hosts: documented for io
# and eu, observed in published clients for us1, jp, au, gov and hsbc. The names follow no pattern: `us1.` is a prefix,
# the others are infixes, and env `jp` is `jpn` in host names.
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

_DOMAIN: Final = "pendo.io"
# Pendo has hosts for single customers with names like acme-data.customer.pendo.io (observed).
_CUSTOMER_DOMAIN: Final = ".customer.pendo.io"


class Place(NamedTuple):
    """A host, classified: a region's host, a possible CNAME, this machine, or an unknown host under pendo.io."""

    host: str
    kind: Literal["region", "cname", "local", "unlisted"]
    region: Region | None = None
    role: Role | None = None

    @property
    def name(self) -> str:
        """The region's name, or the kind of a host without a region."""
        return self.region.name if self.region else self.kind

    @property
    def label(self) -> str:
        """The region's name, or the host itself if it has no region."""
        return self.region.name if self.region else self.host or self.kind

    def explain(self) -> str:
        """Describe in one sentence how the host is classified."""
        match self.kind:
            case "region":
                return f"{self.host} is the {self.role} host of region {self.name}"
            case "cname":
                return f"{self.host} is not a host of Pendo: treated as a customer's CNAME"
            case "local":
                return f"{self.host or 'no host'} is this machine: only the path selects the endpoint"
            case "unlisted":
                return f"{self.host} is not a known host of Pendo; did you mean {nearest(self.host, HOSTS)}?"


@cached_for_short_text
def locate(netloc: str) -> Place:
    """Classify a Host header or a URL's network location; ignore the port."""
    host = _host_name(netloc)
    if host in HOSTS:
        region, role = HOSTS[host]
        return Place(host, "region", region, role)
    if host in LOCAL_HOSTS:
        return Place(host, "local")
    return Place(host, "unlisted" if is_pendo_host(host) and not host.endswith(_CUSTOMER_DOMAIN) else "cname")


def is_pendo_host(host: str) -> bool:
    """Return whether a host name without a port, in lower case, is pendo.io or below it."""
    return host == _DOMAIN or host.endswith(f".{_DOMAIN}")


def _host_name(netloc: str) -> str:
    host = netloc.lower().rpartition("@")[2]
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".")
