"""Control API views of one event of the timeline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import request

from pendo_emulator.control.parameters import BadParameterError, check_parameters, key_of, recorder
from pendo_emulator.control.timeline.event_findings import findings_about, read_wants_findings
from pendo_emulator.control.timeline.pages import timeline
from pendo_emulator.events.cursor import read_cursor
from pendo_emulator.response import json_response, problem

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

# The valid values of a Host header; other values are not safe in a shell command.
_NETLOC: Final = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-f:.]+\](:\d+)?", re.ASCII | re.IGNORECASE)


@timeline.get("/timeline/<position>")
def show_event(position: str) -> OutgoingResponse:
    """Return one event; the parameters and the answer are the same as for an event of one key."""
    return _show(None, position)


@timeline.get("/keys/<api_key>/timeline/<position>")
def show_event_of_key(api_key: str, position: str) -> OutgoingResponse:
    """Return one event: payload, verdict with the contract's lines, request, attempts, other events, curl command.

    `findings=true` adds the findings of the rules about the event, which takes longer. 404 if there is no such event.
    """
    return _show(key_of(api_key), position)


def _show(api_key: str | None, position: str) -> OutgoingResponse:
    from pendo_emulator.events.event_detail import describe_event  # noqa: PLC0415 - start-up time

    check_parameters(("findings",))
    cursor = read_cursor(position)
    if cursor is None:
        raise BadParameterError(f"an event's id is a position such as 17.0 or 17, not {position[:20]!r}")
    wants_findings = read_wants_findings()
    document = describe_event(recorder().store, api_key, cursor, _own_url())
    if document is None:
        return problem(404, f"there is no event {cursor}: it was deleted, or it belongs to another key")
    if wants_findings:
        document["findings"] = findings_about(api_key, document["event"]["request"], document["event"]["index"])
    return json_response(document)


def _own_url() -> str:
    return f"{request.scheme}://{request.host if _NETLOC.fullmatch(request.host) else 'localhost'}"
