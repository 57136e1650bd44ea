"""The settings of an API key's Pendo subscription, and their effects on its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from pendo_contracts.common.time_zones import ZONES_MISSING, find_zone
from pendo_contracts.contract import BrokenDocumentError, require
from pendo_contracts.verdict import Violation
from pendo_contracts.wire.beacon import read_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.wire.envelope import Envelope

NO_TRACK: Final = (
    "a track call by webhook has no effect: Pendo must enable track events for the subscription (segment_track)"
)
# The beginning of the note about a request to another region.
WRONG_REGION: Final = "the API key belongs to region "
DROPPED: Final = "the call has no effect: the subscription drops calls with this secret (track_secrets)"

SecretAnswer: TypeAlias = Literal["accept", "refuse", "drop"]


class Subscription(Struct, frozen=True):
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
    track_secrets: Mapping[str, SecretAnswer] = field(default_factory=dict)
    segment_flags: Mapping[str, Literal[True] | list[str]] = field(default_factory=dict)

    def configured(self, config: Mapping[str, Any]) -> Subscription:
        """Return a copy with members added to the agent's configuration."""
        return replace(self, config={**self.config, **config}) if config else self

    def secret_answer(self, envelope: Envelope) -> SecretAnswer:
        """Return what happens to a call with the secret that a request has; a secret without an entry is accepted."""
        return self.track_secrets.get(read_secret(envelope), "accept")

    def flags_of(self, visitor: object) -> list[str]:
        """Return the segment flags of a visitor, in the order of the subscription."""
        return [name for name, visitors in self.segment_flags.items() if visitors is True or visitor in visitors]

    def notes(self, request: JudgedRequest) -> tuple[str, ...]:
        """Return the reasons why a request has no effect or a wrong effect."""
        beacon = request.beacon
        notes: tuple[str, ...] = ()
        region = beacon.place.region
        if self.region and region and region.name != self.region:
            notes = (f"{WRONG_REGION}{self.region}: region {region.name} does not accept it",)
        if beacon.endpoint_name == "segmentio" and not self.segment_track:
            notes += (NO_TRACK,) if any(event.type == "track" for event in beacon.events) else ()
        if self.track_secrets and beacon.endpoint and beacon.endpoint.secret:
            notes += (DROPPED,) if self.secret_answer(request.envelope) == "drop" else ()
        return notes


def read_subscription(document: Any) -> Subscription:
    """Read a subscription; raise BrokenDocumentError if it breaks its contract, or names an unknown time zone."""
    require("subscription", document)
    subscription = Subscription(**document)
    name = subscription.engage.get("time_zone", "UTC")
    if find_zone(name) is None:
        raise BrokenDocumentError((_unknown_zone(name),))
    return subscription


def _unknown_zone(name: str) -> Violation:
    return Violation(
        "subscription",
        "/properties/engage/properties/time_zone",
        "/engage/time_zone",
        f"{name!r} is not a time zone of this system",
        f"write a name such as Europe/Berlin; {ZONES_MISSING}",
    )
