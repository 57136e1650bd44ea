"""Control API view of a key's activity: its newest events, counted by time, type and verdict."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint

from pendo_contracts.common.openapi.document import list_of, object_of, reference
from pendo_contracts.common.openapi.operation import Answer, Parameter
from pendo_contracts.common.safe_text import cut
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.common_operation import API_KEY, KEY_PATH, operation_of
from pendo_emulator.control.parameters import (
    MAX_INTEGER,
    BadParameterError,
    check_parameters,
    key_of,
    read_integer,
    recorder,
)
from pendo_emulator.control.timeline.operations import QUERY
from pendo_emulator.control.timeline.pages import bad_parameter, bad_query, read_filter
from pendo_emulator.events.query_language.query_errors import QueryError
from pendo_emulator.events.timeline import Timeline
from pendo_emulator.response import json_response

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.common.openapi.operation import Operation
    from pendo_emulator.events.timeline_event import TimelineEvent
    from pendo_emulator.response import OutgoingResponse

activity: Final = Blueprint("activity", __name__, url_prefix=f"{CONTROL_PREFIX}/keys/<api_key>")
activity.register_error_handler(BadParameterError, bad_parameter)
activity.register_error_handler(QueryError, bad_query)

MAX_BUCKETS: Final = 200
# The newest events that are counted, and the seconds that counting may take.
MAX_COUNTED: Final = 20_000
COUNT_SECONDS: Final = 1.0
MAX_TYPES: Final = 20
OTHERS: Final = "others"


@activity.get("/activity")
def count_events(api_key: str) -> OutgoingResponse:
    """Count one key's newest events that match the query `q` by time, type and verdict, in up to `buckets` (60) steps.

    `width` is the length of a step in milliseconds. `complete` is false if there are older events, which are not
    counted. A type that is not one of the 20 most frequent is counted as `others`.
    """
    check_parameters(("q", "buckets"))
    number = min(read_integer("buckets", 60, minimum=1), MAX_BUCKETS)
    page = Timeline(recorder().store, key_of(api_key), read_filter()).before(None, MAX_COUNTED, COUNT_SECONDS)
    width, buckets = count_by_time(page.events, number)
    return json_response({"events": len(page.events), "complete": not page.more, "width": width, "buckets": buckets})


def count_by_time(events: Sequence[TimelineEvent], number: int) -> tuple[int, list[dict[str, Any]]]:
    """Return the length of a step in milliseconds, and the counts of each step, oldest first."""
    if not events:
        return 1, []
    first, last = min(event.time for event in events), max(event.time for event in events)
    width = (last - first) // number + 1
    frequent = {name for name, _ in Counter(event.type for event in events).most_common(MAX_TYPES)}
    counts = Counter(
        ((event.time - first) // width, event.type if event.type in frequent else OTHERS, event.verdict)
        for event in events
    )
    buckets: list[dict[str, Any]] = [
        {"time": first + step * width, "types": {}} for step in range((last - first) // width + 1)
    ]
    for (step, event_type, verdict), count in sorted(counts.items()):
        verdicts = buckets[step]["types"].setdefault(cut(event_type), {})
        verdicts[verdict] = verdicts.get(verdict, 0) + count
    return width, buckets


def activity_operations() -> Iterator[Operation]:
    """Yield the operation of the activity."""
    answer = Answer("Counts by time, type and verdict.", reference("Activity"))
    buckets = Parameter(
        "buckets", {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "default": 60}, "Steps, at most 200."
    )
    summary = "Count the newest events of one key by time."
    yield operation_of("GET", f"{KEY_PATH}/activity", "timeline", summary, {200: answer}, (API_KEY, QUERY, buckets))


def activity_schemas() -> dict[str, Any]:
    """Return the schema of the activity."""
    count = {"type": "integer", "minimum": 0}
    verdicts = {"type": "object", "additionalProperties": count}
    step = object_of({"time": {"type": "integer"}, "types": {"type": "object", "additionalProperties": verdicts}})
    members = {"events": count, "complete": {"type": "boolean"}, "width": count, "buckets": list_of(step)}
    return {"Activity": object_of(members)}
