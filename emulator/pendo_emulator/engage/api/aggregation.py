"""The view that runs a pipeline on the rows of an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from flask import Blueprint, request

from pendo_emulator.engage.api.answers import JSON, EngageError, with_note
from pendo_emulator.engage.api.session import api_key, json_body, recorder
from pendo_emulator.engage.pipeline import PipelineError
from pendo_emulator.engage.pipeline.reading import CSV
from pendo_emulator.engage.pipeline.sources.source_names import GROUPED
from pendo_emulator.engage.sources.default_app import DEFAULT_APP
from pendo_emulator.engage.sources.key_query import run_for_key
from pendo_emulator.response import response

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline import Request, Result
    from pendo_emulator.response import OutgoingResponse

aggregation: Final = Blueprint("aggregation", __name__)

# The text of Pendo's answer to a wrong expression (observed).
_EXPRESSION: Final = "Cannot parse filter expression"
_encode = msgspec.json.Encoder().encode


@aggregation.post("/aggregation")
def aggregate() -> OutgoingResponse:
    """Run a pipeline (documented) on rows that contain every exchange recorded before.

    The answer is `{"results": [...]}`, with `startTime` for a timeSeries (observed), or CSV.
    """
    document = json_body()
    try:
        answer = run_for_key(recorder(), api_key(), document)
    except PipelineError as error:
        raise _refusal(error) from error
    return with_note(_answer(*answer), "; ".join(answer.result.notes))


def _refusal(error: PipelineError) -> EngageError:
    text = _EXPRESSION if error.kind == "expression" else str(error)
    return EngageError(error.status, text, str(error))


def _answer(read: Request, result: Result, now: int) -> OutgoingResponse:
    if read.mime_type == CSV:
        from pendo_emulator.engage.api.csv_table import write_csv  # noqa: PLC0415 - few requests need it

        return response(write_csv(result.rows), "text/csv; charset=utf-8")
    document = result.document()
    if request.args.get("details") == "true" and _is_grouped(read):
        document["details"] = {"validThrough": {str(DEFAULT_APP): now}}
    return response(_json(document), JSON)


def _is_grouped(read: Request) -> bool:
    source = getattr(read.pipeline[0].step, "source", None)
    return source is not None and source.name in GROUPED


def _json(document: Any) -> bytes:
    try:
        return _encode(document)
    except UnicodeEncodeError:  # a lone surrogate in a constant of the request
        import json  # noqa: PLC0415 - rare

        return json.dumps(document).encode()
