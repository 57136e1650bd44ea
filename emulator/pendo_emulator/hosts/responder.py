"""Desk: where a request is answered, as its key's subscription and faults will have it, once it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.endpoint import ENDPOINTS
from pendo_contracts.region import REGIONS
from pendo_emulator.hosts import content, data, webhook
from pendo_emulator.http.response import CORS, OutgoingResponse, problem, response, unreadable
from pendo_emulator.limits import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from pendo_emulator.exchange import Exchange
    from pendo_emulator.faults.fault import Fault
    from pendo_emulator.recorder.recorder import Recorder
    from pendo_emulator.subscription import Subscription

_STATUS_OF_FAULT: Final = {
    "path": 404, "method": 405, "body-size": 413, "url-size": 414, "header-size": 431,
}  # fmt: skip
_PREFLIGHT: Final = response(b"", "text/plain", 204)


class Reply(NamedTuple):
    """An exchange as it was recorded, what answers it, and what a fault does to the connection meanwhile."""

    exchange: Exchange
    answer: OutgoingResponse
    disturbance: Mapping[str, Any]


class Responder:
    """Answers whatever is addressed to Pendo; one for the socket's short way and for Flask's."""

    def __init__(self, recorder: Recorder, agent: str | None = None) -> None:
        self._recorder = recorder
        self._answers = {**content.answers(agent), **data.ANSWERS, **webhook.ANSWERS}

    def receive(self, exchanges: Sequence[Exchange]) -> list[Reply]:
        """Record exchanges in one transaction and answer each; raise StoreError if they cannot be recorded."""
        return self._recorder.record(exchanges, self._settle)

    def _settle(
        self, exchange: Exchange, number: int, subscription: Subscription, fault: Fault
    ) -> tuple[Exchange, Reply]:
        answer = self._answer(exchange, subscription.configured(fault.config))
        answer = fault.spoil(answer.with_headers(CORS))
        status, notes = 0 if fault.silent else answer.status, tuple(subscription.notes(exchange.beacon))
        settled = exchange.settled(number, status, fault.label, notes)
        return settled, Reply(settled, answer.with_headers(_telling(settled)), fault.disturbance)

    def _answer(self, exchange: Exchange, subscription: Subscription) -> OutgoingResponse:
        beacon = exchange.beacon
        if exchange.refusal:
            return unreadable(exchange, REFUSALS[exchange.refusal].status)
        if beacon.decode_errors:
            status = _STATUS_OF_FAULT.get(beacon.decode_errors[0].rule, 400)
            return _nothing_here(exchange) if status == 404 else unreadable(exchange, status)
        if beacon.preflight:
            return _PREFLIGHT
        return self._answers[beacon.endpoint_name](exchange, subscription)


def _telling(exchange: Exchange) -> dict[str, str]:
    """Say in headers how a request was recorded and judged."""
    headers = {
        "x-emulator-exchange": str(exchange.id),
        "x-emulator-verdict": "good" if exchange.good else "bad",
        "x-request-id": exchange.request_id,
    }
    if exchange.fault:
        headers["x-emulator-fault"] = exchange.fault
    if exchange.notes:
        headers["x-emulator-note"] = "; ".join(exchange.notes)
    return headers


def _nothing_here(exchange: Exchange) -> OutgoingResponse:
    """List what exists: the hosts, the paths, and how the host that was asked is understood."""
    return problem(
        404,
        exchange.beacon.decode_errors[0].message,
        host=exchange.beacon.place.explain(),
        paths=[endpoint.path for endpoint in ENDPOINTS],
        hosts={name: [region.content_host, region.data_host, region.app_host] for name, region in REGIONS.items()},
        without_dns="/_host/<host>/<path> stands for <path> on <host>",
        control="/_emulator/",
    )
