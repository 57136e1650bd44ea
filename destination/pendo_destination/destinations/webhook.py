"""The webhook (cloud mode): Segment's servers post identify, group and track events to Pendo unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.region import REGIONS
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text
from pendo_destination.runtime.definition import Field
from pendo_destination.runtime.integrations_object import allows
from pendo_destination.runtime.stored_identity import StoredIdentity
from pendo_destination.transport.retry import Receipt, Retry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.runtime.definition import Event
    from pendo_destination.transport.http_transport import Transport

# Documented: the integrations object accepts either name.
NAMES: Final = ("Webhooks (Actions)", "Webhook")
EVENT_TYPES: Final = frozenset({"identify", "group", "track"})

# `sendTrack` is Segment's switch; Pendo has its own, which only Pendo can turn on (documented).
# `groupIdInProperties` follows Pendo's advice for track events by webhook, which have no account without it.
SETTINGS: Final[Mapping[str, Field]] = {
    "apiKey": Field("Pendo API Key", "password", required=True, format="key"),
    "region": Field("Region", "string", default="io", choices=tuple(REGIONS)),
    "sendTrack": Field("Send track events", "boolean", default=True),
    "groupIdInProperties": Field("Add a known group's id to the properties of track events", "boolean", default=False),
}


def webhook_url(settings: Mapping[str, Any]) -> str:
    """Return the URL that events are posted to: documented for `io` and `eu`, assumed for the other regions."""
    return f"https://{REGIONS[settings['region']].data_host}/data/segmentio/{settings['apiKey']}"


class Webhook(Struct):
    """The webhook for one visitor's events."""

    settings: Mapping[str, Any]
    transport: Transport
    retry: Retry = field(default_factory=Retry)
    analytics: StoredIdentity = field(default_factory=StoredIdentity)

    def load(self, analytics: StoredIdentity) -> None:
        """Keep the visitor's state; cloud mode starts no script."""
        self.analytics = analytics

    def deliver(self, event: Event) -> int:
        """Post an event; return 1 if Pendo accepted it and 0 if it is not for Pendo.

        Raises DestinationError of the kind `rejected` if Pendo does not accept it, UnreachableError if no attempt is
        answered.
        """
        receipt = self.post(event)
        match receipt.outcome:
            case "delivered":
                return 1
            case "skipped":
                return 0
            case "undelivered" if receipt.status is None:
                raise UnreachableError(receipt.reason, attempts=receipt.attempts)
        raise DestinationError(
            receipt.reason, kind="rejected", destination=NAMES[0], status=receipt.status, attempts=receipt.attempts
        )

    def post(self, event: Event) -> Receipt:
        """Post an event in a separate request, and return the outcome."""
        if reason := self._skip_reason(event):
            return Receipt("skipped", reason)
        body = text(stringify(self._with_group(event))).encode()
        headers = {"content-type": "application/json"}
        envelope = Envelope("POST", webhook_url(self.settings), headers, body, int(self.retry.clock() * 1000))
        return self.retry.send(envelope, self.transport)

    def _skip_reason(self, event: Event) -> str:
        if event.get("type") not in EVENT_TYPES:
            return "Pendo accepts only identify, group and track"
        if not allows(event.get("integrations"), NAMES):
            return "blocked by the event's integrations"
        if event["type"] == "track" and not self.settings["sendTrack"]:
            return "sendTrack is off"
        return ""

    def _with_group(self, event: Event) -> Event:
        group_id = self.analytics.group.id if self.analytics.group else None
        properties = event.get("properties") or {}
        wanted = event["type"] == "track" and self.settings["groupIdInProperties"] and group_id is not None
        if not wanted or not isinstance(properties, dict) or "groupId" in properties:
            return event
        return event | {"properties": properties | {"groupId": group_id}}
