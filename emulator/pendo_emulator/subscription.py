"""The settings of an API key's Pendo subscription, and their effects on its requests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract import require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.wire.beacon import Beacon

NO_TRACK: Final = (
    "a track call by webhook has no effect: Pendo must enable track events for the subscription (segment_track)"
)
# The beginning of the note about a request to another region.
WRONG_REGION: Final = "the API key belongs to region "


@dataclass(frozen=True, slots=True)
class Subscription:
    """One API key's subscription; the contract `subscription` describes its members.

    Pendo must enable the webhook's track events, a key belongs to one region, and a CNAME is in the agent's
    configuration (documented). A request without effect is answered like any other (assumed).
    """

    region: str | None = None
    data_host: str | None = None
    content_host: str | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    segment_track: bool = False
    engage: Mapping[str, Any] = field(default_factory=dict)

    def configured(self, config: Mapping[str, Any]) -> Subscription:
        """Return a copy with members added to the agent's configuration."""
        return replace(self, config={**self.config, **config}) if config else self

    def notes(self, beacon: Beacon) -> tuple[str, ...]:
        """Return the reasons why a request has no effect or a wrong effect."""
        notes: tuple[str, ...] = ()
        region = beacon.place.region
        if self.region and region and region.name != self.region:
            notes = (f"{WRONG_REGION}{self.region}: region {region.name} does not accept it",)
        if beacon.endpoint_name == "segmentio" and not self.segment_track:
            notes += (NO_TRACK,) if any(event.type == "track" for event in beacon.events) else ()
        return notes


def read_subscription(document: Any) -> Subscription:
    """Read a subscription; raise BrokenDocumentError if the document breaks the contract `subscription`."""
    require("subscription", document)
    return Subscription(**document)
