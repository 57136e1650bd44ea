"""Control API view of a key's activity: its newest events, counted by time, type and verdict."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, current_app

from pendo_contracts.common.openapi.document import list_of, object_of, reference
from pendo_contracts.common.openapi.operation import Answer, Parameter
from pendo_contracts.common.safe_text import cut
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.common_operation import API_KEY, KEY_PATH, operation_of
from pendo_emulator.control.parameters import (
    MAX_INTEGER,
    WAIT_LIMIT,
    BadParameterError,
    check_parameters,
    key_of,
    read_integer,
    read_seconds,
    recorder,
)
from pendo_emulator.control.timeline.operations import QUERY
from pendo_emulator.control.timeline.pages import bad_parameter, bad_query, read_filter
from pendo_emulator.control.timeline.recent_answers import RecentAnswers
from pendo_emulator.events.query_language.query_errors import QueryError
from pendo_emulator.events.timeline import Timeline
from pendo_emulator.response import json_response

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pendo_contracts.common.openapi.operation import Operation
    from pendo_emulator.events.query_language.query_filter import EventFilter
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
    counted. A type that is not one of the 20 most frequent is counted as `others`. `seconds` is how long counting took.

    `max_age` is the age in seconds of an answer that is new enough (0): clients that accept an age share one answer.
    """
    check_parameters(("q", "buckets", "max_age"))
    number = min(read_integer("buckets", 60, minimum=1), MAX_BUCKETS)
    key, event_filter, max_age = key_of(api_key), read_filter(), read_seconds("max_age", 0)
    _, cleared = recorder().store.reader.changes(key)
    answers: RecentAnswers = current_app.extensions.setdefault("activity", RecentAnswers())
    name = (key, event_filter.identity, number, cleared)
    return json_response(answers.get(name, max_age, lambda: _count(key, event_filter, number)))


def _count(api_key: str, event_filter: EventFilter, number: int) -> dict[str, Any]:
    started = time.monotonic()
    page = Timeline(recorder().store, api_key, event_filter).before(None, MAX_COUNTED, COUNT_SECONDS)
    width, buckets = count_by_time(page.events, number)
    answer = {"events": len(page.events), "complete": not page.more, "width": width, "buckets": buckets}
    return answer | {"seconds": round(time.monotonic() - started, 4)}


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
    seconds = {"type": "number", "minimum": 0, "maximum": WAIT_LIMIT, "default": 0}
    max_age = Parameter("max_age", seconds, "The age in seconds of an answer that is new enough.")
    parameters = (API_KEY, QUERY, buckets, max_age)
    summary = "Count the newest events of one key by time."
    yield operation_of("GET", f"{KEY_PATH}/activity", "timeline", summary, {200: answer}, parameters)


def activity_schemas() -> dict[str, Any]:
    """Return the schema of the activity."""
    count = {"type": "integer", "minimum": 0}
    verdicts = {"type": "object", "additionalProperties": count}
    step = object_of({"time": {"type": "integer"}, "types": {"type": "object", "additionalProperties": verdicts}})
    members = {"events": count, "complete": {"type": "boolean"}, "width": count, "buckets": list_of(step)}
    members |= {"seconds": {"type": "number", "minimum": 0}}
    return {"Activity": object_of(members)}
