"""Control API views that stream the timeline as server-sent events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response, current_app, request

from pendo_emulator.control.parameters import BadParameterError, check_parameters, key_of
from pendo_emulator.control.timeline.operations import MESSAGE_FORMS
from pendo_emulator.control.timeline.pages import read_filter, read_position, timeline
from pendo_emulator.events.cursor import read_cursor
from pendo_emulator.response import EVENT_STREAM, POLLS_STREAMS, problem

if TYPE_CHECKING:
    from pendo_emulator.events.cursor import Cursor
    from pendo_emulator.events.event_stream import StreamPool
    from pendo_emulator.response import OutgoingResponse

STREAM_PARAMETERS: Final = ("q", "after", "by")


@timeline.get("/timeline/stream")
def stream_all() -> OutgoingResponse | Response:
    """Stream new events of all keys; the parameters and the answer are the same as for the stream of one key."""
    return _stream(None)


@timeline.get("/keys/<api_key>/timeline/stream")
def stream_key(api_key: str) -> OutgoingResponse | Response:
    """Stream new events of one key that match the query `q`, as server-sent events.

    The data of a message is an event as in the timeline, its id the position of the event. `by=request` sends one
    message for each request with its events, which is shorter. `after` is the position to start from, by default now.
    A client that connects again with the header Last-Event-ID misses and repeats nothing.
    503 if too many streams are open.
    """
    return _stream(key_of(api_key))


def _stream(api_key: str | None) -> OutgoingResponse | Response:
    check_parameters(STREAM_PARAMETERS)
    event_filter, after, by_request = read_filter(), _last_event_id() or read_position("after"), _reads_by_request()
    if request.method == "HEAD":
        return Response(mimetype=EVENT_STREAM)
    if not request.environ.get("wsgi.multithread"):
        return _refuse("this server has one thread in each process, and a stream would block it: run it with threads")
    pool: StreamPool = current_app.extensions["streams"]
    is_polled = POLLS_STREAMS in request.environ
    stream = pool.open(api_key, event_filter, after, is_polled=is_polled, by_request=by_request)
    if stream is None:
        title = f"{pool.limit} event streams are open, the limit of a process"
        return _refuse(f"{title}: close one, or raise the limit (--max-streams)")
    # A proxy that buffers would delay the events (documented by nginx).
    return Response(stream, mimetype=EVENT_STREAM, headers={"x-accel-buffering": "no"})


def _reads_by_request() -> bool:
    if (form := request.args.get("by", MESSAGE_FORMS[0])) not in MESSAGE_FORMS:
        raise BadParameterError(f"by must be {' or '.join(MESSAGE_FORMS)}, not {form[:20]!r}")
    return form != MESSAGE_FORMS[0]


def _last_event_id() -> Cursor | None:
    text = request.headers.get("Last-Event-ID")
    cursor = read_cursor(text) if text else None
    if text and cursor is None:
        raise BadParameterError(f"Last-Event-ID must be a position such as 17 or 17.0, not {text[:20]!r}")
    return cursor


def _refuse(title: str) -> OutgoingResponse:
    return problem(503, title).with_headers({"retry-after": "5"})
