"""A queue of events for one beacon: collected until a flush, then packed and sent to every API key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_destination.agent.delivery.batch import Batch
from pendo_destination.agent.delivery.request_builder import CircularError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pendo_destination.agent.delivery.beacon_request import BeaconRequest
    from pendo_destination.agent.delivery.captured_event import CapturedEvent
    from pendo_destination.agent.delivery.request_builder import RequestBuilder
    from pendo_destination.agent.delivery.send_queue import SendQueue


class EventQueue:
    """Events for a beacon; `params` are added to each of its requests, `send_queues` has one queue per API key."""

    def __init__(
        self, beacon: str, params: Mapping[str, str], builder: RequestBuilder, send_queues: Sequence[SendQueue]
    ) -> None:
        self._beacon, self._params, self._builder, self._send_queues = beacon, params, builder, send_queues
        self._batch = Batch()
        self._full_batches: list[Batch] = []

    @property
    def empty(self) -> bool:
        """Whether no event waits for a flush and no request for its delivery."""
        return not (self._batch.events or self._full_batches) and all(queue.empty for queue in self._send_queues)

    def push(self, event: CapturedEvent) -> None:
        """Add an event; raise CircularError if the next flush will fail because of it."""
        limits = self._builder.limits
        if not self._batch.accepts(event, limits):
            self._close_batch()
        self._batch.add(event)
        if self._batch.is_full(limits):
            self._close_batch()
        if self._batch.unserializable:
            raise CircularError

    def flush(self, *, unload: bool = False, hidden: bool = False) -> None:
        """Pack and send the collected events and retry failed requests; raise CircularError."""
        if self.empty:
            return
        self._close_batch()
        batches, self._full_batches = self._full_batches, []
        requests = [request for batch in batches for request in self._builder.build(batch, self._beacon, self._params)]
        if not (unload or hidden):
            self.send(requests)
            return
        for queue in self._send_queues:
            queue.send_all(requests, unload=unload)

    def send(self, requests: Iterable[BeaconRequest]) -> None:
        """Send requests to every API key."""
        for queue in self._send_queues:
            queue.push(requests)

    def clear(self) -> None:
        """Drop all events and requests."""
        self._batch, self._full_batches = Batch(), []
        for queue in self._send_queues:
            queue.stop()

    def _close_batch(self) -> None:
        self._full_batches.append(self._batch)
        self._batch = Batch()
