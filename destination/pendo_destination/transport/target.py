"""The target of a destination's requests: a region, or a customer's CNAME."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.region import REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALL_REGIONS: Final = "all"


@dataclass(frozen=True, slots=True)
class Target:
    """A target: its printed name, and the settings that select it."""

    name: str
    settings: Mapping[str, Any]


def choose_targets(regions: Iterable[str], cnames: Iterable[str]) -> tuple[Target, ...]:
    """Return a target for each region (`all` for every one) and each CNAME, or one without settings if none is given.

    Raises KeyError for a region that Pendo does not have.
    """
    names = [name for region in regions for name in (REGIONS if region == ALL_REGIONS else [region])]
    targets = [Target(name, {"region": f"https://{REGIONS[name].content_host}"}) for name in dict.fromkeys(names)]
    targets += [Target(cname, {"cnameContentHost": cname}) for cname in dict.fromkeys(cnames)]
    return tuple(targets) or (Target("settings", {}),)
