"""EventQueue: the events for one beacon, gathered until a flush, then packed and sent to every API key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pendo_contracts.agent_limits import GET_LIMIT, POST_LIMIT
from pendo_destination.agent.delivery.batch import Batch, Limits, base64url, pack
from pendo_destination.agent.delivery.request import Request
from pendo_destination.agent.delivery.send_queue import SendQueue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pendo_destination.agent.components import Parts
    from pendo_destination.agent.delivery.event import Event


class CircularError(ValueError):
    """Events that JSON cannot tell, for one has a circle in it; all that should leave with them is lost, too."""

    def __init__(self) -> None:
        super().__init__("Converting circular structure to JSON")


class EventQueue:
    """Events on their way to a beacon; `params` go with each of its requests."""

    def __init__(self, beacon: str, params: Mapping[str, str], parts: Parts) -> None:
        self._beacon, self._params, self._parts = beacon, params, parts
        self._lower = POST_LIMIT if parts.config.post_only else GET_LIMIT
        self._batch = Batch()
        self._cut: list[Batch] = []
        on_loss = partial(parts.losses.count, beacon)
        self._send_queues = [
            SendQueue(partial(self._send, api_key), parts.timers, on_loss) for api_key in parts.config.api_keys
        ]
        if unsent := parts.unsent.take(beacon):
            self._push(unsent)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to flush, retry or wait for."""
        return not (self._batch.events or self._cut) and all(queue.empty for queue in self._send_queues)

    def push(self, event: Event) -> None:
        """Take an event in; raise CircularError if that spoils the next flush."""
        limits = Limits(self._lower, POST_LIMIT, self._parts.signature.size)
        if not self._batch.takes(event, limits):
            self._close()
        self._batch.add(event)
        if self._batch.full(limits):
            self._close()
        if self._batch.broken:
            raise CircularError

    def flush(self, *, unload: bool = False, hidden: bool = False) -> None:
        """Pack what has gathered and send it; what failed before is tried again. Raises CircularError."""
        if self.empty:
            return
        self._close()
        batches, self._cut = self._cut, []
        requests = [request for batch in batches for request in self._requests(batch)]
        if not (unload or hidden):
            self._push(requests)
            return
        for queue in self._send_queues:
            queue.drain(requests, unload=unload)

    def clear(self) -> None:
        """Drop everything."""
        self._batch, self._cut = Batch(), []
        for queue in self._send_queues:
            queue.stop()

    def _close(self) -> None:
        self._cut.append(self._batch)
        self._batch = Batch()

    def _push(self, requests: Sequence[Request]) -> None:
        for queue in self._send_queues:
            queue.push(requests)

    def _requests(self, batch: Batch) -> Iterator[Request]:
        if self._parts.host.locked:
            return
        if batch.broken:
            raise CircularError
        for share in self._share(batch.events):
            for events, jzb in pack(share):
                if len(jzb) > POST_LIMIT:
                    self._drop(jzb)
                else:
                    yield Request(self._beacon, jzb, self._describe(events[0]), self._parts.signature.credentials)

    def _share(self, events: Sequence[Event]) -> tuple[Sequence[Event], ...]:
        """Part a partner's events where the account changes for the first time (observed in the published agent)."""
        if not self._parts.config.adopt_partner:
            return (events,)
        others = (index for index, event in enumerate(events) if event.account_id != events[0].account_id)
        cut = next(others, len(events))
        return events[:cut], events[cut:]

    def _describe(self, first: Event) -> Mapping[str, str]:
        params = dict(self._params)
        if self._parts.config.adopt_partner and first.account_id:
            params["acc"] = base64url(first.account_id.encode())
        if first.source:
            params["source"] = first.source
        return params

    def _drop(self, jzb: str) -> None:
        self._parts.host.log(f"Single item is: {len(jzb)}. Dropping.")
        self._parts.report(jzb)

    def _send(self, api_key: str, request: Request, *, unload: bool) -> bool:
        if not (unload and self._parts.config.store_on_unload):
            return self._parts.sender.send(request, api_key, unload=unload)
        if api_key == self._parts.config.api_key:
            self._parts.unsent.keep(request)
        return True
