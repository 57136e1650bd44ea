"""The control API's part that sets an API key up: what goes wrong for it, and what Pendo knows of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, request

from pendo_contracts import jzb
from pendo_contracts.beacon import WIRE
from pendo_contracts.contract import BrokenDocumentError
from pendo_contracts.verdict import Violation
from pendo_emulator.control.exchanges import BadParameterError, key_of, recorder
from pendo_emulator.control.exchanges import refuse as refuse_parameter
from pendo_emulator.faults.fault import read_faults
from pendo_emulator.http.request import PREFIX
from pendo_emulator.http.response import json_response, problem
from pendo_emulator.subscription import read_subscription

if TYPE_CHECKING:
    from pendo_emulator.faults.active import ActiveFault
    from pendo_emulator.http.response import OutgoingResponse

key: Final = Blueprint("key", __name__, url_prefix=f"{PREFIX}/keys/<api_key>")


key.register_error_handler(BadParameterError, refuse_parameter)


@key.errorhandler(BrokenDocumentError)
def refuse(error: BrokenDocumentError) -> OutgoingResponse:
    """Say everything that is wrong with a document."""
    return problem(400, str(error), violations=[asdict(violation) for violation in error.violations])


@key.get("/faults")
def faults(api_key: str) -> OutgoingResponse:
    """List one key's faults, with how many requests each was aimed at and how many of them it struck."""
    return json_response([_describe(active) for active in recorder().key_settings(key_of(api_key)).faults.active])


@key.post("/faults")
def add_faults(api_key: str) -> OutgoingResponse:
    """Add a list of faults behind those that stand."""
    recorder().add_faults(key_of(api_key), read_faults(_document()))
    return faults(api_key)


@key.put("/faults")
def replace_faults(api_key: str) -> OutgoingResponse:
    """Put a list of faults in the place of all that stand."""
    recorder().replace_faults(key_of(api_key), read_faults(_document()))
    return faults(api_key)


@key.delete("/faults")
def clear_faults(api_key: str) -> OutgoingResponse:
    """Put everything right."""
    return json_response({"deleted": recorder().clear_faults(key_of(api_key))})


@key.get("/subscription")
def subscription(api_key: str) -> OutgoingResponse:
    """Show what Pendo knows of one key."""
    return json_response(asdict(recorder().key_settings(key_of(api_key)).subscription))


@key.put("/subscription")
def subscribe(api_key: str) -> OutgoingResponse:
    """Set what Pendo knows of one key; what is left out is as for a key that nothing is known of."""
    recorder().subscribe(key_of(api_key), read_subscription(_document()))
    return subscription(api_key)


def _document() -> Any:
    try:
        return jzb.parse(request.get_data())
    except jzb.JzbError as error:
        raise BrokenDocumentError((Violation(WIRE, error.fault, "", str(error), "send strict JSON"),)) from error


def _describe(active: ActiveFault) -> dict[str, Any]:
    return {"fault": active.fault.document, "seen": active.seen, "struck": active.struck}
