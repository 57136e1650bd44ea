"""Applies the faults of an API key to its requests for the Engage API."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from flask import g, make_response

from pendo_emulator.engage.api.recording import judged_request
from pendo_emulator.engage.api.session import recorder
from pendo_emulator.faults.fault import NO_FAULT, Fault
from pendo_emulator.http.fault_plan import plan_fault
from pendo_emulator.response import EMPTY, OutgoingResponse, problem

if TYPE_CHECKING:
    from flask import Response

_CANNOT_RESET: Final = problem(502, "a fault cannot break the connection of a request to the Engage API")


def apply_fault() -> OutgoingResponse | None:
    """Choose the fault for the current request; return its answer if the request must not reach a view.

    A view runs only if the answer with the fault is 2xx: else the request changes nothing, as with other hosts.
    """
    g.fault = _choose_fault()
    if g.fault is NO_FAULT:
        return None
    plan = plan_fault(g.fault.connection_effects)
    time.sleep(plan.delay + plan.drip)
    if plan.reset_after is not None or g.fault.suppresses_response:
        return _CANNOT_RESET
    return None if 200 <= g.fault.alter(EMPTY).status < 300 else EMPTY


def add_fault(response: Response) -> Response:
    """Return the answer of a view with the effects of the fault."""
    fault: Fault = g.get("fault", NO_FAULT)
    if fault is NO_FAULT or response.status_code == _CANNOT_RESET.status:
        return response
    headers = {name.lower(): value for name, value in response.headers.items() if name.lower() != "content-length"}
    return make_response(fault.alter(OutgoingResponse(response.get_data(), response.status_code, headers)))


def _choose_fault() -> Fault:
    access, api_key = recorder().access, g.integration.api_key
    if not access.settings.get(api_key).faults.active:
        return NO_FAULT
    with access.transaction() as transaction:
        fault = access.settings.apply_fault(judged_request().beacon, recorder().clock())
        if unsaved := access.settings.take_unsaved():
            access.settings.change = transaction.set_key_settings(unsaved)
    return fault
