"""The webhook (cloud mode): Segment's servers post identify, group and track events to Pendo as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.envelope import Envelope
from pendo_contracts.region import REGIONS
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text
from pendo_destination.runtime.analytics import Analytics
from pendo_destination.runtime.definition import Field
from pendo_destination.runtime.integrations import allows
from pendo_destination.transport.retry import Receipt, Retry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.runtime.instance import Event
    from pendo_destination.transport.http import Transport

# Documented: in the integrations object it goes by either name.
NAMES: Final = ("Webhooks (Actions)", "Webhook")
TYPES: Final = frozenset({"identify", "group", "track"})

# `sendTrack` is the sender's switch; Pendo has one of its own, which only Pendo can turn on: documented.
# `groupIdInProperties`: Pendo's advice for track events that come by webhook, so that it can tell their account.
SETTINGS: Final[Mapping[str, Field]] = {
    "apiKey": Field("Pendo API Key", "password", required=True),
    "region": Field("Region", "string", default="io", choices=tuple(REGIONS)),
    "sendTrack": Field("Send track events", "boolean", default=True),
    "groupIdInProperties": Field("Add a known group's id to the properties of track events", "boolean", default=False),
}


def webhook_url(settings: Mapping[str, Any]) -> str:
    """Name the address events are posted to: documented for `io` and `eu`, assumed for the other regions."""
    return f"https://{REGIONS[settings['region']].data_host}/data/segmentio/{settings['apiKey']}"


@dataclass(slots=True)
class Webhook:
    """The webhook as one visitor's events meet it."""

    settings: Mapping[str, Any]
    transport: Transport
    retry: Retry = field(default_factory=Retry)
    analytics: Analytics = field(default_factory=Analytics)

    def load(self, analytics: Analytics) -> None:
        """Start, which in cloud mode takes nothing."""
        self.analytics = analytics

    def deliver(self, event: Event) -> int:
        """Post an event; return how many were taken.

        Raises DestinationError if Pendo did not accept it, UnreachableError if no attempt got an answer.
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
        """Post an event, one a request, and say what became of it."""
        if reason := self._skips(event):
            return Receipt("skipped", reason)
        body = text(stringify(self._with_group(event))).encode()
        headers = {"content-type": "application/json"}
        envelope = Envelope("POST", webhook_url(self.settings), headers, body, int(self.retry.clock() * 1000))
        return self.retry.send(envelope, self.transport)

    def _skips(self, event: Event) -> str:
        if event.get("type") not in TYPES:
            return "Pendo takes identify, group and track"
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
