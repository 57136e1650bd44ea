"""The views of integration keys, definitions and pipelines of one API key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec
from flask import Blueprint, request

from pendo_contracts.common.safe_text import visible
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.engage.definition_documents import KINDS, WrongDefinitionError, read_definitions
from pendo_emulator.control.parameters import BadParameterError, bad_parameter, check_parameters, key_of, recorder
from pendo_emulator.engage.pipeline import PipelineError
from pendo_emulator.engage.sources.key_query import run_for_key
from pendo_emulator.engage.store.integration_keys import KeyInUseError
from pendo_emulator.profiles.catch_up import NotCaughtUpError
from pendo_emulator.response import json_response, problem

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.pipeline.step import PlacedStep
    from pendo_emulator.response import OutgoingResponse

engage: Final = Blueprint("engage", __name__, url_prefix=f"{CONTROL_PREFIX}/keys/<api_key>/engage")
engage.register_error_handler(BadParameterError, bad_parameter)

# In characters.
MAX_KEY: Final = 200
# In seconds: how long a question waits for rows.
TIMEOUT: Final = 30.0
MAX_EXPLAINED_ROWS: Final = 20
_KEY: Final = re.compile(rf"[!-~]{{1,{MAX_KEY}}}")
_CHOSEN: Final = {"read_only": False, "read_write": True}


@engage.errorhandler(WrongDefinitionError)
@engage.errorhandler(KeyInUseError)
def wrong_document(error: WrongDefinitionError | KeyInUseError) -> OutgoingResponse:
    """Return the response to a document that cannot be used; the title names the place."""
    return problem(400, str(error))


@engage.errorhandler(PipelineError)
def wrong_pipeline(error: PipelineError) -> OutgoingResponse:
    """Return the response to a wrong pipeline, with the place in the document and inside an expression."""
    return problem(error.status, error.message, pointer=error.pointer, column=error.column)


@engage.errorhandler(NotCaughtUpError)
def not_caught_up(error: NotCaughtUpError) -> OutgoingResponse:
    """Return the response to a question that would take too long; `remaining` exchanges are not derived yet."""
    return problem(503, str(error), remaining=error.remaining).with_headers({"retry-after": "1"})


@engage.get("")
def keys(api_key: str) -> OutgoingResponse:
    """Return the integration keys of one API key: `read_only` reads the Engage API, `read_write` also changes data.

    The first request makes the keys; they stay the same then. `settings` are the key's settings of the Engage API.
    """
    check_parameters(())
    key = key_of(api_key)
    subscription = recorder().settings.get(key).subscription
    pair = recorder().integration_keys.get(key, subscription.region)
    return json_response({**pair._asdict(), "settings": dict(subscription.engage)})


@engage.put("")
def choose_keys(api_key: str) -> OutgoingResponse:
    """Replace integration keys by chosen ones: `read_only`, `read_write`, or both; 400 if another API key uses one."""
    document = _json_body()
    if type(document) is not dict or not document or document.keys() - _CHOSEN.keys():
        raise WrongDefinitionError("", "send read_only, read_write, or both")
    for name, chosen in document.items():
        if type(chosen) is not str or not _KEY.fullmatch(chosen):
            raise WrongDefinitionError(f"/{name}", f"an integration key has 1 to {MAX_KEY} characters of ASCII")
    if len(set(document.values())) < len(document):
        raise WrongDefinitionError("", "the two keys must differ")
    for name, chosen in document.items():
        recorder().integration_keys.set(key_of(api_key), chosen, can_write=_CHOSEN[name])
    return keys(api_key)


@engage.get("/definitions")
def definitions(api_key: str) -> OutgoingResponse:
    """Return the definitions of one key, as the Engage API lists them: pages, features, guides, reports and groups."""
    check_parameters(())
    objects = recorder().engage_objects
    key = key_of(api_key)
    return json_response({name: list(objects.all(key, kind).values()) for name, kind in KINDS.items()})


@engage.put("/definitions")
def define(api_key: str) -> OutgoingResponse:
    """Replace the definitions of the kinds in the body; events that arrived before belong to them too.

    `pages` have a `name` and `rules` such as `//*/users/*`; `features` have a `name`, CSS `selectors` and, if they
    belong to one page, its `pageId`. `guides`, `reports` and `groups` have a `name`; a report can have rows as
    `results`. An `id` and other members replace those that the emulator makes up.
    """
    key = key_of(api_key)
    found = read_definitions(_json_body(), recorder().now())
    for kind, documents in found.items():
        recorder().engage_objects.replace_all(key, kind, documents)
    return definitions(api_key)


@engage.post("/query")
def query(api_key: str) -> OutgoingResponse:
    """Run the pipeline in the body, the document that a client posts to /api/v1/aggregation, on the rows of one key.

    The answer has `results`, `startTime` if the pipeline has a timeSeries, and `notes`. Rows of events have the column
    `exchanges`: the first exchanges behind them. With `explain=true`, `steps` has the first rows after each step.
    """
    check_parameters(("explain", "exchanges"))
    steps: list[dict[str, Any]] = []

    def observe(placed: PlacedStep, rows: list[Row]) -> None:
        shown = rows[:MAX_EXPLAINED_ROWS]
        steps.append({"step": placed.name, "pointer": placed.pointer, "count": len(rows), "rows": shown})

    explain = _read_flag("explain", default=False)
    answer = run_for_key(
        recorder(), key_of(api_key), _json_body(), timeout=TIMEOUT, observe=observe if explain else None,
        shows_exchanges=_read_flag("exchanges", default=True),
    )  # fmt: skip
    explained = {"steps": steps} if explain else {}
    return json_response(answer.result.document() | {"notes": list(answer.result.notes)} | explained)


def _read_flag(name: str, *, default: bool) -> bool:
    value = request.args.get(name, "true" if default else "false")
    if value not in {"true", "false"}:
        raise BadParameterError(f"{name} must be true or false, not {value[:20]!r}")
    return value == "true"


def _json_body() -> Any:
    try:
        return msgspec.json.decode(request.get_data())
    except (ValueError, RecursionError) as error:
        raise WrongDefinitionError("", f"the body is not JSON: {visible(str(error))}") from error
