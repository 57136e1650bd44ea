"""Control API views of the timeline: pages of the events of one key or of all keys, selected by a query."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from flask import Blueprint, request

from pendo_contracts.rules.rule_base import RuleError
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.findings import rule_failed
from pendo_emulator.control.parameters import (
    BadParameterError,
    check_parameters,
    key_of,
    read_integer,
    recorder,
)
from pendo_emulator.control.timeline.event_findings import read_wants_findings, rules_by_event
from pendo_emulator.control.timeline.operations import MAX_EVENTS
from pendo_emulator.events.cursor import Cursor, read_cursor
from pendo_emulator.events.query_language.query import parse_query
from pendo_emulator.events.query_language.query_errors import QueryError
from pendo_emulator.events.query_language.query_filter import EventFilter
from pendo_emulator.events.timeline import Timeline
from pendo_emulator.response import json_response, problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from pendo_emulator.events.timeline import Page
    from pendo_emulator.events.timeline_event import TimelineEvent
    from pendo_emulator.response import OutgoingResponse

    # The names of rules by place of a request and position of an event.
    Rules: TypeAlias = Mapping[tuple[str, int | None], Sequence[str]]

timeline: Final = Blueprint("timeline", __name__, url_prefix=CONTROL_PREFIX)

PARAMETERS: Final = ("q", "limit", "before", "after", "findings")


timeline.register_error_handler(RuleError, rule_failed)


@timeline.errorhandler(BadParameterError)
def bad_parameter(error: BadParameterError) -> OutgoingResponse:
    """Return the response to a bad parameter."""
    return problem(400, str(error))


@timeline.errorhandler(QueryError)
def bad_query(error: QueryError) -> OutgoingResponse:
    """Return the response to a wrong query; `column` is the place of the error in `q`, counted from 1."""
    return problem(400, f"q: {error}", column=error.column, problem=error.problem)


@timeline.get("/timeline")
def all_events() -> OutgoingResponse:
    """List the events of all keys; the parameters and the answer are the same as for the timeline of one key."""
    return _page(None)


@timeline.get("/keys/<api_key>/timeline")
def events_of_key(api_key: str) -> OutgoingResponse:
    """List up to `limit` (100) events of one key that match the query `q`, newest first.

    `findings=true` adds to each event the names of the rules that have a finding about it, which takes longer.

    `before` lists the events before a position, newest first; `after` lists the events after a position, oldest first.
    An answer takes a bounded time. `cursor` is where it stopped: the `before` or `after` of the next request. `more` is
    false if there is nothing further in this direction yet. `scanned` counts the exchanges that were read. `newest` is
    the position to follow the key from, with `after` or with the stream.
    """
    return _page(key_of(api_key))


def _page(api_key: str | None) -> OutgoingResponse:
    check_parameters(PARAMETERS)
    limit = min(read_integer("limit", 100, minimum=1), MAX_EVENTS)
    before, after, wants_findings = read_position("before"), read_position("after"), read_wants_findings()
    if before and after:
        raise BadParameterError("give before or after, not both")
    newest = Cursor(recorder().store.reader.last_id())
    source = Timeline(recorder().store, api_key, read_filter())
    page = source.after(after, limit) if after else source.before(before or Cursor(newest.request + 1), limit)
    rules = rules_by_event(api_key) if wants_findings else None
    return json_response(_describe(page, rules) | {"newest": str(newest)})


def read_filter() -> EventFilter:
    """Read the parameter `q`; raise QueryError if it is not a query."""
    return EventFilter(parse_query(request.args.get("q", "")), time.time_ns() // 1_000_000)


def read_position(name: str) -> Cursor | None:
    """Read a parameter that is a position; raise BadParameterError for another value."""
    text = request.args.get(name)
    cursor = read_cursor(text) if text is not None else None
    if text is not None and cursor is None:
        raise BadParameterError(f"{name} must be a position such as 17 or 17.0, not {text[:20]!r}")
    return cursor


def _describe(page: Page, rules: Rules | None) -> dict[str, object]:
    return {
        "events": [_describe_event(event, rules) for event in page.events],
        "cursor": str(page.cursor),
        "more": page.more,
        "scanned": page.scanned,
    }


def _describe_event(event: TimelineEvent, rules: Rules | None) -> dict[str, object]:
    document = event.as_document()
    if rules is not None:
        place = f"exchange {event.request}"
        document["findings"] = [*rules.get((place, event.index), ()), *rules.get((place, None), ())]
    return document
