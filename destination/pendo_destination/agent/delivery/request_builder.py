"""Builds beacon requests from batches of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.wire.agent_limits import GET_LIMIT, POST_LIMIT
from pendo_destination.agent.delivery.batch import SizeLimits, pack
from pendo_destination.agent.delivery.beacon_request import BeaconRequest
from pendo_destination.agent.delivery.compression import base64url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pendo_destination.agent.delivery.batch import Batch
    from pendo_destination.agent.delivery.captured_event import CapturedEvent
    from pendo_destination.agent.delivery.data_host import DataHost
    from pendo_destination.agent.delivery.error_log import ErrorLog
    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.visitor.signed_metadata import SignedMetadata


class CircularError(ValueError):
    """A circular value makes a batch impossible to write as JSON, so that all events of its flush are lost."""

    def __init__(self) -> None:
        super().__init__("Converting circular structure to JSON")


class RequestBuilder:
    """Packs events with the current credentials; events too large for a request are dropped and reported."""

    def __init__(self, config: Config, signature: SignedMetadata, host: DataHost, errors: ErrorLog) -> None:
        self._signature, self._host, self._errors = signature, host, errors
        self._names_account = config.adopt_partner
        self._small = POST_LIMIT if config.post_only else GET_LIMIT

    @property
    def limits(self) -> SizeLimits:
        """The size limits of a batch, without the credentials."""
        return SizeLimits(self._small, POST_LIMIT, self._signature.size)

    def build(self, batch: Batch, beacon: str, params: Mapping[str, str]) -> Iterator[BeaconRequest]:
        """Yield the requests of a batch, or none while sending is locked; raise CircularError."""
        if self._host.locked:
            return
        if batch.unserializable:
            raise CircularError
        for part in self._split_by_account(batch.events):
            for events, jzb in pack(part):
                if len(jzb) > POST_LIMIT:
                    self._drop(jzb)
                else:
                    yield BeaconRequest(beacon, jzb, self._describe(events[0], params), self._signature.credentials)

    def _split_by_account(self, events: Sequence[CapturedEvent]) -> tuple[Sequence[CapturedEvent], ...]:
        """Split a partner's events at the first change of account (observed in the published agent)."""
        if not self._names_account:
            return (events,)
        others = (index for index, event in enumerate(events) if event.account_id != events[0].account_id)
        end = next(others, len(events))
        return events[:end], events[end:]

    def _describe(self, first: CapturedEvent, params: Mapping[str, str]) -> Mapping[str, str]:
        described = dict(params)
        if self._names_account and first.account_id:
            described["acc"] = base64url(first.account_id.encode())
        if first.source:
            described["source"] = first.source
        return described

    def _drop(self, jzb: str) -> None:
        self._host.log_message(f"Single item is: {len(jzb)}. Dropping.")
        self._errors.report(jzb)
