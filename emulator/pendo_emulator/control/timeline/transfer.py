"""Control API views that export the requests of selected events, and import a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from flask import Response, current_app, request

from pendo_contracts.recordings.entry import RecordingError
from pendo_emulator.control.parameters import NO_KEY, BadParameterError, check_parameters, key_of, recorder
from pendo_emulator.control.timeline.operations import EXPORT_FORMATS, FILE_TYPE
from pendo_emulator.control.timeline.pages import timeline
from pendo_emulator.events.query_language.query import parse_query
from pendo_emulator.limits import IMPORT_LIMIT
from pendo_emulator.response import json_response, problem
from pendo_emulator.storage.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.response import OutgoingResponse

EXPORT_PARAMETERS: Final = ("q", "format")


@timeline.get("/timeline/export")
def export_all() -> Response:
    """Export requests of all keys; the parameters and the answer are the same as for the export of one key."""
    return _export(None)


@timeline.get("/keys/<api_key>/timeline/export")
def export_key(api_key: str) -> Response:
    """Export the requests of one key with an event that matches the query `q`; all requests without `q`.

    `format` is har, ndjson, or html for a report. The report has the findings of all rules only without `q`.
    """
    return _export(key_of(api_key))


@timeline.post("/import")
def import_into_key() -> OutgoingResponse:
    """Import the recording in the body, a HAR or a capture, into the API key `key`, which must have no requests.

    Without `key`, the answer names a new key. 409 if the key has requests, 413 if the recording is too large.
    """
    from pendo_emulator.events.recording_import import NAME, import_recording  # noqa: PLC0415 - start-up time

    check_parameters(("key",))
    api_key = key_of(request.args.get("key") or f"import-{uuid4().hex[:8]}")
    if not api_key:
        raise BadParameterError(f"key must be an API key, not {NO_KEY!r}")
    data = request.stream.read(IMPORT_LIMIT + 1)
    if not data:
        return problem(400, "the body is empty: send a recording, such as a HAR file")
    if len(data) > IMPORT_LIMIT:
        return problem(413, f"the recording is larger than {IMPORT_LIMIT:,} bytes: compress it, or import parts of it")
    if recorder().count(Query(api_key)):
        return problem(409, f"the API key {api_key} has requests: import into a new key, or delete its requests first")
    recorder().active_keys.mark_in_use(api_key)
    try:
        result = import_recording(recorder(), data, api_key, current_app.extensions["cnames"])
    except RecordingError as error:
        reason = str(error).removeprefix(f"{NAME} is not a recording; ")
        return problem(400, f"the body is not a recording: {reason}")
    return json_response(
        {"key": api_key, "imported": result.imported, "skipped": result.skipped, "problems": result.problems}
    )


def _export(api_key: str | None) -> Response:
    from pendo_emulator.events.export import (  # noqa: PLC0415 - start-up time
        in_pieces,
        select_requests,
        write_har,
        write_ndjson,
    )

    check_parameters(EXPORT_PARAMETERS)
    form = request.args.get("format", "har")
    if form not in EXPORT_FORMATS:
        raise BadParameterError(f"format must be one of {', '.join(EXPORT_FORMATS)}, not {form[:20]!r}")
    query = request.args.get("q", "")
    parse_query(query)
    requests = select_requests(recorder().store, api_key, query)
    if form == "html":
        body: Any = _html(api_key, requests)
    else:
        body = in_pieces(write_har(requests) if form == "har" else write_ndjson(requests))
    name = f"pendo-events.{form}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype=FILE_TYPE, headers=headers)


def _html(api_key: str | None, requests: Iterator[Any]) -> bytes:
    from pendo_emulator.events.selection_report import html_report, report_on  # noqa: PLC0415 - start-up time

    cnames = current_app.extensions["cnames"]
    if request.args.get("q"):
        return html_report(report_on(requests, cnames, recorder().plan.get()))
    return html_report(recorder().live_checks.report(api_key, cnames))
