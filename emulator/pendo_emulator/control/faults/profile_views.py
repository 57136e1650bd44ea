"""Control API views of the fault profiles: list and show them, and apply one to an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint

from pendo_contracts.common.openapi.document import list_of, object_of, reference
from pendo_contracts.common.openapi.operation import Answer, Parameter
from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_contracts.verdict import Violation
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.common_operation import API_KEY, KEY_PATH, PROBLEM, operation_of
from pendo_emulator.control.key_settings import broken_document, faults, read_document
from pendo_emulator.control.parameters import BadParameterError, bad_parameter, key_of, recorder
from pendo_emulator.faults.profiles import LIMITS, UnknownProfileError, faults_of, profile_named, profiles
from pendo_emulator.response import json_response, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.common.openapi.operation import Operation
    from pendo_emulator.response import OutgoingResponse

fault_profiles: Final = Blueprint("fault_profiles", __name__, url_prefix=CONTROL_PREFIX)
fault_profiles.register_error_handler(BadParameterError, bad_parameter)
fault_profiles.register_error_handler(BrokenDocumentError, broken_document)


@fault_profiles.errorhandler(UnknownProfileError)
def unknown_profile(error: UnknownProfileError) -> OutgoingResponse:
    """Return the response to a request for a profile that does not exist."""
    return problem(404, str(error))


@fault_profiles.get("/fault-profiles")
def list_profiles() -> OutgoingResponse:
    """List the fault profiles: faults that together look like a failure that users know."""
    return json_response([profile.document for profile in profiles()])


@fault_profiles.get("/fault-profiles/<name>")
def show_profile(name: str) -> OutgoingResponse:
    """Return one fault profile: what fails, what a browser sees, how this is known, and its faults."""
    return json_response(profile_named(name).document)


@fault_profiles.post("/keys/<api_key>/fault-profiles/<name>")
def apply_profile(api_key: str, name: str) -> OutgoingResponse:
    """Add the faults of a profile after the key's present faults; the body has limits for each of them.

    The body is an object, {} without limits. The limits are members of a fault: region, host, probability, seed,
    times, seconds.
    """
    key, known = key_of(api_key), profile_named(name).name
    recorder().settings.add_faults(key, faults_of(known, _checked(read_document())))
    return faults(api_key)


def _checked(limits: Any) -> dict[str, Any]:
    """Return the limits in a body; raise BrokenDocumentError if they are not an object with members in LIMITS."""
    fix = f"send an object with some of {', '.join(LIMITS)}"
    if not isinstance(limits, dict):
        raise BrokenDocumentError((Violation("fault", "limits", "", "the body is not an object", fix),))
    wrong = [
        Violation("fault", "limits", f"/{name}", f"{name!r} is no limit", fix) for name in limits.keys() - {*LIMITS}
    ]
    if wrong:
        raise BrokenDocumentError(tuple(wrong))
    return limits


def fault_profile_operations() -> Iterator[Operation]:
    """Yield the operations of this module for the OpenAPI document."""
    name = Parameter("name", {"enum": [profile.name for profile in profiles()]}, "A fault profile.", "path")
    missing = Answer("There is no such profile.", reference("Problem"), PROBLEM)
    wrong = Answer("The limits are wrong: `violations`.", reference("Problem"), PROBLEM)
    active = Answer("The faults of the key.", list_of(reference("ActiveFault")))
    listed = Answer("All fault profiles.", list_of(reference("FaultProfile")))
    shown = Answer("The fault profile.", reference("FaultProfile"))
    members = load_contract("fault").schema["properties"]
    limits = {
        "type": "object", "properties": {limit: members[limit] for limit in LIMITS}, "additionalProperties": False,
    }  # fmt: skip
    path = f"{CONTROL_PREFIX}/fault-profiles"
    yield operation_of("GET", path, "settings", "List the fault profiles.", {200: listed})
    shown_answers = {200: shown, 404: missing}
    yield operation_of("GET", f"{path}/{{name}}", "settings", "Return one fault profile.", shown_answers, (name,))
    yield operation_of(
        "POST", f"{KEY_PATH}/fault-profiles/{{name}}", "settings", "Add the faults of a profile to one key.",
        {200: active, 400: wrong, 404: missing}, (API_KEY, name), limits,
    )  # fmt: skip


def fault_profile_schemas() -> dict[str, Any]:
    """Return the schemas that the operations refer to."""
    texts = {name: {"type": "string"} for name in ("name", "summary", "browser", "source")}
    return {"FaultProfile": object_of({**texts, "faults": reference("faults")})}
