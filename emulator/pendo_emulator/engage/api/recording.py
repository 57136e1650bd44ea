"""Records requests for the Engage API like all other requests, and says so in the answer's headers."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import g, request
from msgspec.structs import replace

from pendo_contracts.judge import judge_request
from pendo_contracts.wire.beacon import BODY_LIMIT, split_url
from pendo_emulator.addresses import KEY_HEADER
from pendo_emulator.engage.api.answers import NOTE, EngageError
from pendo_emulator.engage.api.session import api_key, integration, recorder
from pendo_emulator.exchange import record_as
from pendo_emulator.faults.fault import NO_FAULT
from pendo_emulator.http.wsgi_adapter import envelope_from_environ
from pendo_emulator.profiles.api_writes import can_write
from pendo_emulator.profiles.catch_up import NotCaughtUpError

if TYPE_CHECKING:
    from flask import Response

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.faults.fault import Fault

# Integration keys are secrets: the record says only that there was one.
HIDDEN: Final = "(hidden)"
# Requests with this text in their path have credentials of a cloud storage in their body.
CREDENTIALS: Final = "/datasync/"


def keep_envelope() -> None:
    """Read the current request as an Envelope, at the time of the emulator's clock, before its key is known."""
    body = request.get_data()
    envelope = envelope_from_environ(request.environ | {"wsgi.input": BytesIO(body)})
    headers = {name: HIDDEN if name == KEY_HEADER else text for name, text in envelope.headers.items()}
    kept = HIDDEN.encode() if CREDENTIALS in request.path else envelope.body
    g.envelope = replace(envelope, headers=headers, body=kept, received_at=recorder().now())
    if len(body) > BODY_LIMIT:
        raise EngageError(413, f"the body has more than {BODY_LIMIT:,} bytes")


def judged_request() -> JudgedRequest:
    """Return the current request, judged, under the API key behind its integration key."""
    found = integration()
    judged = judge_request(g.envelope)
    return replace(judged, beacon=replace(judged.beacon, api_key=found.api_key if found else ""))


def record(response: Response) -> Response:
    """Record the current request with the status of its answer, under the API key that it reads or writes."""
    note = response.headers.get(NOTE)
    exchange_id, verdict, request_id = _write(response.status_code, (note,) if note else ())
    response.headers["x-emulator-exchange"] = exchange_id
    response.headers["x-emulator-verdict"] = verdict
    response.headers["x-request-id"] = request_id
    if 200 <= response.status_code < 300 and can_write(request.method, split_url(g.envelope.url)[1]):
        _derive_before_retention()
    return response


def _derive_before_retention() -> None:
    """Derive what the request wrote: retention derives old exchanges only for keys that have profiles already."""
    with suppress(NotCaughtUpError):  # the derivation continues in the background
        recorder().profiles.catch_up.catch_up(api_key())


def _write(status: int, notes: tuple[str, ...]) -> tuple[str, str, str]:
    fault: Fault = g.get("fault", NO_FAULT)
    with recorder().transaction(1) as recording:
        admission = recording.admit(judged_request(), fault)
        exchange = record_as(admission.request, admission.number, status, fault.label, notes)
        recording.add(exchange)
    return str(exchange.id), exchange.verdict, exchange.request_id
