"""Subscription: what Pendo knows of an API key, and what that means for what is sent with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract import require

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_contracts.beacon import Beacon

NO_TRACK: Final = (
    "a track call by webhook has no effect: Pendo has to switch track events on for the subscription (segment_track)"
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One API key's subscription; the contract `subscription` says what each member is.

    That the webhook's track events must be switched on, that a key belongs to one region and that a CNAME stands in
    the agent's configuration is documented; that what has no effect is answered like anything else is assumed.
    """

    region: str | None = None
    data_host: str | None = None
    content_host: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    segment_track: bool = False

    def configured(self, config: Mapping[str, Any]) -> Subscription:
        """Add to the agent's configuration."""
        return replace(self, config={**self.config, **config}) if config else self

    def notes(self, beacon: Beacon) -> Iterator[str]:
        """Say why a request has no effect, or not the one that was meant."""
        region = beacon.place.region
        if self.region and region and region.name != self.region:
            yield f"the API key belongs to region {self.region}: region {region.name} does not know it"
        if beacon.endpoint_name == "segmentio" and not self.segment_track:
            yield from {NO_TRACK for event in beacon.events if event.type == "track"}


def read_subscription(document: Any) -> Subscription:
    """Read a subscription; raise BrokenDocumentError if it does not keep the contract `subscription`."""
    require("subscription", document)
    return Subscription(**document)
