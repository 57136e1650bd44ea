"""The target of a destination's requests: a region, or a customer's CNAME."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.wire.region import REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALL_REGIONS: Final = "all"


class Target(NamedTuple):
    """A target: its printed name, and the settings that select it.

    `key_suffix` is added to the API key. It is the region's name if there are several targets, because an API key
    belongs to one region (documented).
    """

    name: str
    settings: Mapping[str, Any]
    key_suffix: str = ""

    def complete(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return settings for this target."""
        key = settings.get("apiKey")
        own_key = {"apiKey": key + self.key_suffix} if isinstance(key, str) and key else {}
        return {**settings, **self.settings, **own_key}


def choose_targets(regions: Iterable[str], cnames: Iterable[str]) -> tuple[Target, ...]:
    """Return a target for each region (`all` for every one) and each CNAME, or one without settings if none is given.

    With several targets, each region has its own API key. Raises KeyError for a region that Pendo does not have.
    """
    names = dict.fromkeys(name for region in regions for name in (REGIONS if region == ALL_REGIONS else [region]))
    hosts = dict.fromkeys(cnames)
    several = len(names) + len(hosts) > 1
    targets = [
        Target(name, {"region": f"https://{REGIONS[name].content_host}"}, f"-{name}" if several else "")
        for name in names
    ]
    targets += [Target(host, {"cnameContentHost": host}) for host in hosts]
    return tuple(targets) or (Target("settings", {}),)
