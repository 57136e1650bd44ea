"""Control API views that find the cause of a support case: in a recording, or in the exchanges of an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, request

from pendo_contracts.common.openapi.document import list_of, object_of, reference
from pendo_contracts.common.openapi.operation import Answer, Parameter
from pendo_emulator.addresses import CONTROL_PREFIX, INSPECT_PATH
from pendo_emulator.control.common_operation import API_KEY, KEY_PATH, PROBLEM, operation_of
from pendo_emulator.control.parameters import (
    BadParameterError,
    bad_parameter,
    check_parameters,
    key_of,
    recorder,
)
from pendo_emulator.limits import IMPORT_LIMIT
from pendo_emulator.response import json_response, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.common.openapi.operation import Operation
    from pendo_contracts.recordings.parts import Part
    from pendo_emulator.inspection.inspection import Inspection
    from pendo_emulator.response import OutgoingResponse

inspections: Final = Blueprint("inspections", __name__, url_prefix=CONTROL_PREFIX)
inspections.register_error_handler(BadParameterError, bad_parameter)

# Each entry takes up to 0.5 ms, and the client waits for all of them.
MAX_ENTRIES: Final = 50_000
MAX_NAME: Final = 200
DEFAULT_NAME: Final = "recording"

_USE_COMMAND: Final = "use `pendo-emulator inspect"

_STRING: Final = {"type": "string"}
_OBJECT: Final = {"type": "object"}
_COUNT: Final = {"type": "integer", "minimum": 0}


@inspections.post("/inspect")
def inspect_body() -> OutgoingResponse:
    """Find the cause of a support case in the recording in the body, a HAR or a capture; nothing is recorded.

    `name` is the name of the recording in the answer. The answer is the document of `pendo-emulator inspect --json`,
    and `words`, which are its facts as texts. 400 if the body is not a recording, 413 if it is too large.
    """
    from pendo_contracts.recordings.entry import RecordingError  # noqa: PLC0415 - start-up time
    from pendo_emulator.inspection.inspect_recording import TooManyEntriesError  # noqa: PLC0415 - start-up time

    check_parameters(("name",), ("name",))
    name = request.args.get("name") or DEFAULT_NAME
    if len(name) > MAX_NAME:
        raise BadParameterError(f"name must have at most {MAX_NAME} characters", ("name",))
    data = request.stream.read(IMPORT_LIMIT + 1)
    if not data:
        return problem(400, "the body is empty: send a recording, such as a HAR file")
    if len(data) > IMPORT_LIMIT:
        return problem(413, f"the recording is larger than {IMPORT_LIMIT:,} bytes: {_USE_COMMAND} FILE`")
    try:
        return _answer(_inspect(data, name))
    except TooManyEntriesError as error:
        return problem(413, f"the recording has {error}: {_USE_COMMAND} FILE`")
    except RecordingError as error:
        return problem(400, str(error))


@inspections.get("/keys/<api_key>/inspection")
def inspect_key(api_key: str) -> OutgoingResponse:
    """Find the cause of a support case in the exchanges of one key; the answer is that of `POST /inspect`.

    409 if the key has more exchanges than are read.
    """
    from pendo_emulator.inspection.inspect_recording import (  # noqa: PLC0415 - start-up time
        TooManyEntriesError,
        inspect_parts,
    )

    check_parameters(())
    key = key_of(api_key)
    try:
        return _answer(inspect_parts(_parts(key), api_key, limit=MAX_ENTRIES))
    except TooManyEntriesError as error:
        return problem(409, f"the API key has {error}: {_USE_COMMAND} --emulator URL`")


def _inspect(data: bytes, name: str) -> Inspection:
    from pathlib import Path  # noqa: PLC0415 - start-up time
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - start-up time

    from pendo_emulator.inspection.inspect_recording import inspect_recording  # noqa: PLC0415 - start-up time

    with TemporaryDirectory(prefix="pendo-emulator-") as folder:
        file = Path(folder) / DEFAULT_NAME
        file.write_bytes(data)
        return inspect_recording(file, name, limit=MAX_ENTRIES)


def _parts(api_key: str) -> Iterator[Part]:
    """Yield the exchanges of a key that were recorded before the call."""
    from pendo_contracts.recordings.entry import Entry  # noqa: PLC0415 - start-up time
    from pendo_contracts.recordings.parts import Entries  # noqa: PLC0415 - start-up time
    from pendo_emulator.events.export import select_requests  # noqa: PLC0415 - start-up time

    for stored in select_requests(recorder().store, api_key, ""):
        entry = Entry(f"exchange {stored.id}", stored.envelope, status=stored.status, fault=stored.fault)
        yield Entries((entry,), len(stored.envelope.body), 0.0)


def _answer(inspection: Inspection) -> OutgoingResponse:
    from pendo_emulator.report.wording import words_of  # noqa: PLC0415 - start-up time

    return json_response(inspection.to_json() | {"words": words_of(inspection)})


def inspection_operations() -> Iterator[Operation]:
    """Yield the operations that inspect a recording or a key."""
    found = Answer("The causes, the facts and the story.", reference("Inspection"))
    wrong = Answer("The body is not a recording, or a parameter is wrong.", reference("Problem"), PROBLEM)
    large = Answer("The recording is too large.", reference("Problem"), PROBLEM)
    many = Answer("The key has too many exchanges.", reference("Problem"), PROBLEM)
    name = Parameter("name", {**_STRING, "maxLength": MAX_NAME}, "The name of the recording in the answer.")
    about = "Find the cause of a support case in a recording."
    yield operation_of(
        "POST", INSPECT_PATH, "inspection", about, {200: found, 400: wrong, 413: large}, (name,), _OBJECT
    )
    about = "Find the cause of a support case in the exchanges of one key."
    yield operation_of("GET", f"{KEY_PATH}/inspection", "inspection", about, {200: found, 409: many}, (API_KEY,))


def inspection_schemas() -> dict[str, Any]:
    """Return the schemas of an inspection."""
    cause = object_of({
        **dict.fromkeys(("cause", "certainty", "sentence", "fix", "refutedBy"), _STRING),
        "evidence": list_of(_OBJECT), "furtherEvidence": _COUNT, "rules": list_of(_STRING),
    })  # fmt: skip
    inspection = object_of({
        "name": _STRING, "causes": list_of(reference("Cause")), "possible": list_of(reference("Cause")),
        "facts": _OBJECT, "story": list_of(_OBJECT), "furtherSteps": _COUNT, "unreadable": list_of(_STRING),
        "words": _OBJECT,
    })  # fmt: skip
    return {"Cause": cause, "Inspection": inspection}
