"""Answers requests to Pendo's hosts, with the settings of their API keys, and records them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_contracts.wire.region import REGIONS
from pendo_emulator.exchange import record_as
from pendo_emulator.hosts import content_host, data_host, server_side_ingest, webhook
from pendo_emulator.hosts.answers import refuse
from pendo_emulator.limit_errors import LIMIT_ERRORS
from pendo_emulator.response import CORS, EMPTY, OutgoingResponse, problem, response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.recorder.recorder import Recorder
    from pendo_emulator.recorder.recording_transaction import Admission
    from pendo_emulator.subscription import Subscription

_DECODE_ERROR_STATUS: Final = {
    "secret": 403, "path": 404, "method": 405, "body-size": 413, "url-size": 414, "header-size": 431,
}  # fmt: skip
_PREFLIGHT: Final = response(b"", "text/plain", 204)
_NO_SECRET: Final = EMPTY._replace(status=403)


class Reply(Struct, frozen=True, gc=False):
    """The recorded exchange, its response, and a fault's effects on the connection."""

    exchange: Exchange
    response: OutgoingResponse
    connection_effects: Mapping[str, Any] = field(default_factory=dict)


class Responder:
    """Answers requests to Pendo's hosts, for the listener and for the WSGI application.

    `agent` is a JavaScript expression for the agent to serve, such as `read_agent` returns.
    """

    def __init__(self, recorder: Recorder, agent: str | None = None) -> None:
        self._recorder = recorder
        self._answers = {
            **content_host.answers(agent),
            **data_host.ANSWERS,
            **server_side_ingest.ANSWERS,
            **webhook.ANSWERS,
        }

    def respond(self, requests: Sequence[JudgedRequest]) -> list[Reply]:
        """Answer requests and record them in one transaction; raise StoreError if they cannot be recorded."""
        with self._recorder.transaction(len(requests)) as recording:
            replies = []
            for request in requests:
                admission = recording.admit(request)
                # Most requests have no fault; their answers need fewer copies of the headers.
                reply = self._reply_with_fault(admission) if admission.fault.effects else self._reply(admission)
                recording.add(reply.exchange)
                replies.append(reply)
        return replies

    def _reply(self, admission: Admission) -> Reply:
        request, subscription = admission.request, admission.subscription
        answer = self._answer(request, subscription)
        exchange = record_as(request, admission.number, answer.status, notes=subscription.notes(request))
        return Reply(exchange, answer.with_headers({**CORS, **_emulator_headers(exchange)}))

    def _reply_with_fault(self, admission: Admission) -> Reply:
        request, subscription, fault = admission.request, admission.subscription, admission.fault
        answer = self._answer(request, subscription.configured(fault.config))
        answer = fault.alter(answer.with_headers(CORS))
        status = 0 if fault.suppresses_response else answer.status
        exchange = record_as(request, admission.number, status, fault.label, subscription.notes(request))
        return Reply(exchange, answer.with_headers(_emulator_headers(exchange)), fault.connection_effects)

    def _answer(self, request: JudgedRequest, subscription: Subscription) -> OutgoingResponse:
        beacon = request.beacon
        if request.rejection:
            return refuse(beacon.decode_errors, LIMIT_ERRORS[request.rejection].status)
        if beacon.not_judged and beacon.endpoint is None:
            return _not_covered(request)
        if beacon.decode_errors:
            return _undecoded(request)
        if beacon.preflight:
            return _PREFLIGHT
        return self._answers[beacon.endpoint_name](request, subscription)


def _emulator_headers(exchange: Exchange) -> dict[str, str]:
    """Return headers with the exchange's number, the verdict, the fault and the notes."""
    headers = {
        "x-emulator-exchange": str(exchange.id),
        "x-emulator-verdict": exchange.verdict,
        "x-request-id": exchange.request_id,
    }
    if exchange.fault:
        headers["x-emulator-fault"] = exchange.fault
    if exchange.notes:
        headers["x-emulator-note"] = "; ".join(exchange.notes)
    return headers


def _undecoded(request: JudgedRequest) -> OutgoingResponse:
    """Answer a request that cannot be decoded; the empty answer to a request without its secret is assumed."""
    errors = request.beacon.decode_errors
    status = _DECODE_ERROR_STATUS.get(errors[0].rule, 400)
    match status:
        case 403:
            return _NO_SECRET
        case 404:
            return _list_paths(request, status, errors[0].message)
        case _:
            return refuse(errors, status)


def _not_covered(request: JudgedRequest) -> OutgoingResponse:
    """Answer a path that no contract covers."""
    return _list_paths(request, 404, request.beacon.not_judged)


def _list_paths(request: JudgedRequest, status: int, title: str) -> OutgoingResponse:
    """Return a problem document with the existing hosts and paths, and the classification of the requested host."""
    return problem(
        status,
        title,
        host=request.beacon.place.explain(),
        paths=[endpoint.path for endpoint in ENDPOINTS],
        hosts={name: [region.content_host, region.data_host, region.app_host] for name, region in REGIONS.items()},
        without_dns="/_host/<host>/<path> is <path> on <host>",
        control="/_emulator/",
    )
