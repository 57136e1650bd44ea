"""The rows of the timeline in the table of operations, and their schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.openapi.document import list_of, object_of, reference
from pendo_contracts.common.openapi.operation import Answer, Parameter
from pendo_emulator.addresses import CONTROL_PREFIX, IMPORT_PATH
from pendo_emulator.control.common_operation import API_KEY, KEY_PATH, PROBLEM, operation_of
from pendo_emulator.control.parameters import MAX_INTEGER
from pendo_emulator.events.query_language.query import MAX_LENGTH
from pendo_emulator.events.timeline_event import VERDICTS
from pendo_emulator.response import EVENT_STREAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.common.openapi.operation import Operation

MAX_EVENTS: Final = 1000
# What a message of a stream is about; the first one is the default.
MESSAGE_FORMS: Final = ("event", "request")
EXPORT_FORMATS: Final = ("har", "ndjson", "html")
FILE_TYPE: Final = "application/octet-stream"

_STRING: Final = {"type": "string"}
_NULLABLE: Final = {"type": ["string", "null"]}
_COUNT: Final = {"type": "integer", "minimum": 0}
_OBJECT: Final = {"type": "object"}
_OBJECT_OR_NULL: Final = {"type": ["object", "null"]}
_BOOLEAN: Final = {"type": "boolean"}
_POSITION: Final = {"type": "string", "pattern": r"^[0-9]{1,15}(\.[0-9]{1,8})?$"}

QUERY: Final = Parameter(
    "q",
    {"type": "string", "maxLength": MAX_LENGTH},
    "Select events by a query, such as `type:track is:broken`; the fields are in docs/timeline.md.",
)
_START: Final = Parameter("after", _POSITION, "The position to start from; without it, now.")
_BY: Final = Parameter(
    "by",
    {"enum": list(MESSAGE_FORMS), "default": MESSAGE_FORMS[0]},
    "Send a message for each event, or for each request with its events.",
)
_STREAM: Final = Answer("Server-sent events; the id of each is its position.", _STRING, EVENT_STREAM)
_LIMIT_TEXT: Final = f"Events of a page, at most {MAX_EVENTS:,}."
_ID: Final = Parameter("position", _POSITION, "The id of an event: its position.", "path")
_NO_EVENT: Final = Answer("There is no such event.", reference("Problem"), PROBLEM)
_FINDINGS: Final = Parameter("findings", {"enum": ["true", "false"]}, "Add the findings of the rules; takes longer.")
_FORMAT: Final = Parameter("format", {"enum": list(EXPORT_FORMATS), "default": "har"}, "The form of the export.")
_EXPORTED: Final = Answer("A file.", _STRING, FILE_TYPE)
_IMPORT_KEY: Final = Parameter("key", API_KEY.schema, "The API key to import into; without it, a new one.")
_IMPORTED: Final = Answer("What was imported.", reference("Imported"))
_NO_RECORDING: Final = Answer("The body is not a recording, or a parameter is wrong.", reference("Problem"), PROBLEM)
_KEY_IN_USE: Final = Answer("The API key has requests.", reference("Problem"), PROBLEM)
_TOO_LARGE: Final = Answer("The recording is too large.", reference("Problem"), PROBLEM)
PAGE_PARAMETERS: Final = (
    QUERY,
    _FINDINGS,
    Parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "default": 100}, _LIMIT_TEXT),
    Parameter("before", _POSITION, "List the events before a position, newest first; not together with `after`."),
    Parameter("after", _POSITION, "List the events after a position, oldest first."),
)


def timeline_operations() -> Iterator[Operation]:
    """Yield the operations of the timeline."""
    page = Answer("Events, and where reading stopped.", reference("TimelinePage"))
    for path, summary, key in (
        (f"{CONTROL_PREFIX}/timeline", "List events of all keys.", ()),
        (f"{KEY_PATH}/timeline", "List events of one key.", (API_KEY,)),
    ):
        yield operation_of("GET", path, "timeline", summary, {200: page}, (*key, *PAGE_PARAMETERS))
        event = {200: Answer("One event.", reference("EventDetail")), 404: _NO_EVENT}
        about = "Return one event of any key." if not key else "Return one event of one key."
        yield operation_of("GET", f"{path}/{{position}}", "timeline", about, event, (*key, _ID, _FINDINGS))
        export = f"Export the requests of events{summary.removeprefix('List events')}"
        answers = {200: _EXPORTED}
        yield operation_of("GET", f"{path}/export", "timeline", export, answers, (*key, QUERY, _FORMAT))
        stream = f"Stream new events{summary.removeprefix('List events')}"
        yield operation_of("GET", f"{path}/stream", "timeline", stream, {200: _STREAM}, (*key, QUERY, _START, _BY))

    answers = {200: _IMPORTED, 400: _NO_RECORDING, 409: _KEY_IN_USE, 413: _TOO_LARGE}
    about = "Import a recording into a new API key."
    yield operation_of("POST", IMPORT_PATH, "timeline", about, answers, (_IMPORT_KEY,), _OBJECT)


def timeline_schemas() -> dict[str, Any]:
    """Return the schemas of an event and of a page."""
    event = object_of(
        {
            "id": _POSITION, "request": _COUNT, "index": {"type": ["integer", "null"]}, "time": {"type": "integer"},
            "type": _STRING, "name": _NULLABLE, "visitor": _NULLABLE, "account": _NULLABLE,
            **dict.fromkeys(("key", "region", "host", "endpoint"), _STRING),
            "verdict": {"enum": list(VERDICTS)}, "good": _BOOLEAN, "status": _COUNT,
            "fault": _STRING, "rejection": _STRING,
        },
        {"findings": list_of(_STRING)},
    )  # fmt: skip
    page = object_of({
        "events": list_of(reference("TimelineEvent")), "cursor": _POSITION, "more": _BOOLEAN, "scanned": _COUNT,
        "newest": _POSITION,
    })  # fmt: skip
    detail = object_of(
        {
            "event": reference("TimelineEvent"), "payload": {}, "verdict": _OBJECT, "contract": _OBJECT_OR_NULL,
            "request": _OBJECT, "retries": list_of(_OBJECT), "siblings": list_of(reference("TimelineEvent")),
            "further_siblings": _COUNT, "curl": _NULLABLE,
        },
        {"findings": list_of(_OBJECT)},
    )  # fmt: skip
    imported = object_of({"key": _STRING, "imported": _COUNT, "skipped": _COUNT, "problems": list_of(_STRING)})
    return {"Imported": imported, "TimelineEvent": event, "TimelinePage": page, "EventDetail": detail}
