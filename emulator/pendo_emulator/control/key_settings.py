"""Control API views of an API key's settings: its faults and its subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, request
from msgspec.structs import asdict

from pendo_contracts.contract import BrokenDocumentError
from pendo_contracts.verdict import WIRE, Violation
from pendo_contracts.wire import jzb
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.parameters import BadParameterError, bad_parameter, key_of, recorder
from pendo_emulator.faults.fault import read_faults
from pendo_emulator.response import json_response, problem
from pendo_emulator.subscription import read_subscription

if TYPE_CHECKING:
    from pendo_emulator.faults.active_faults import ActiveFault
    from pendo_emulator.response import OutgoingResponse

key_settings: Final = Blueprint("key_settings", __name__, url_prefix=f"{CONTROL_PREFIX}/keys/<api_key>")
key_settings.register_error_handler(BadParameterError, bad_parameter)


@key_settings.errorhandler(BrokenDocumentError)
def broken_document(error: BrokenDocumentError) -> OutgoingResponse:
    """Return the response to a request whose body breaks its contract, with every violation."""
    return problem(400, str(error), violations=[asdict(violation) for violation in error.violations])


@key_settings.get("/faults")
def faults(api_key: str) -> OutgoingResponse:
    """List one key's faults.

    `seen` counts the requests that a fault matched, `struck` the requests to which it was applied.
    """
    return json_response([_describe(active) for active in recorder().settings.get(key_of(api_key)).faults.active])


@key_settings.post("/faults")
def add_faults(api_key: str) -> OutgoingResponse:
    """Add the faults in the body, a list that keeps the contract `faults`, after the key's present faults."""
    recorder().settings.add_faults(key_of(api_key), read_faults(read_document()))
    return faults(api_key)


@key_settings.put("/faults")
def replace_faults(api_key: str) -> OutgoingResponse:
    """Replace all faults of one key with the faults in the body, a list that keeps the contract `faults`."""
    recorder().settings.replace_faults(key_of(api_key), read_faults(read_document()))
    return faults(api_key)


@key_settings.delete("/faults")
def clear_faults(api_key: str) -> OutgoingResponse:
    """Delete all faults of one key."""
    return json_response({"deleted": recorder().settings.clear_faults(key_of(api_key))})


@key_settings.get("/subscription")
def subscription(api_key: str) -> OutgoingResponse:
    """Return one key's subscription: the Pendo settings of the key."""
    return json_response(asdict(recorder().settings.get(key_of(api_key)).subscription))


@key_settings.put("/subscription")
def subscribe(api_key: str) -> OutgoingResponse:
    """Replace one key's subscription with the body, which keeps the contract `subscription`.

    Members that are missing in the body get their default values.
    """
    recorder().settings.subscribe(key_of(api_key), read_subscription(read_document()))
    return subscription(api_key)


def read_document() -> Any:
    """Read the JSON in the body; raise BrokenDocumentError if it is not strict JSON."""
    try:
        return jzb.parse(request.get_data())
    except jzb.JzbError as error:
        raise BrokenDocumentError((Violation(WIRE, error.reason, "", str(error), "send strict JSON"),)) from error


def _describe(active: ActiveFault) -> dict[str, Any]:
    return {"fault": active.fault.document, "seen": active.matched, "struck": active.applied}
