"""The control API: what was received, waiting for more, forgetting one key; under a prefix no path of Pendo's has."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, current_app, request

from pendo_contracts.beacon import KEY_LIMIT, is_api_key
from pendo_emulator.control.documents import describe, summarize
from pendo_emulator.control.health import alive
from pendo_emulator.control.health import ready as readiness
from pendo_emulator.http.request import PREFIX
from pendo_emulator.http.response import json_response, problem
from pendo_emulator.storage.query import PAGE_LIMIT, Query
from pendo_emulator.storage.rows import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.http.response import OutgoingResponse
    from pendo_emulator.recorder.recorder import Recorder

NO_KEY: Final = "-"
WAIT_LIMIT: Final = 60.0

control = Blueprint("control", __name__, url_prefix=PREFIX)

_BOOLEANS: Final = {"true": True, "false": False}
_FILTERS: Final = frozenset(field.name for field in fields(Query)) - {"api_key"}
_OPTIONS: Final = frozenset({"limit", "count", "timeout", "for"})
_NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)


class BadParameterError(ValueError):
    """A query parameter that cannot be understood; the text says which and what it may be."""


@control.errorhandler(BadParameterError)
def refuse(error: BadParameterError) -> OutgoingResponse:
    """Say what is wrong with a parameter."""
    return problem(400, str(error), filters=sorted(_FILTERS))


@control.get("/")
def index() -> OutgoingResponse:
    """List what the control API has."""
    rules = [rule for rule in current_app.url_map.iter_rules() if rule.rule.startswith(PREFIX)]
    return json_response(
        {
            f"{method} {rule.rule}": (current_app.view_functions[rule.endpoint].__doc__ or "").strip()
            for rule in sorted(rules, key=lambda rule: rule.rule)
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"})
        }
    )


@control.get("/health")
def health() -> OutgoingResponse:
    """Say that the emulator runs, as /healthz does."""
    return alive()


@control.get("/ready")
def ready() -> OutgoingResponse:
    """Say whether requests can be recorded, as /readyz does."""
    return readiness()


@control.get("/keys")
def keys() -> OutgoingResponse:
    """Count exchanges by API key; `-` stands for requests that named none."""
    return json_response({key or NO_KEY: count for key, count in recorder().keys().items()})


@control.get("/exchanges")
def all_exchanges() -> OutgoingResponse:
    """Page through the exchanges of every key; filters as for one key."""
    return _page(_query(None))


@control.get("/keys/<api_key>/exchanges")
def exchanges(api_key: str) -> OutgoingResponse:
    """Page through one key's exchanges, oldest first: `after`, `limit` and the filters as query parameters."""
    return _page(_query(api_key))


@control.get("/keys/<api_key>/counts")
def counts(api_key: str) -> OutgoingResponse:
    """Count one key's events by region, endpoint and type."""
    return json_response([summarize(count) for count in recorder().counts(key_of(api_key))])


@control.get("/keys/<api_key>/wait")
def wait(api_key: str) -> OutgoingResponse:
    """Wait until `count` (1) match, at most `timeout` (5) seconds; 200 when they do, 409 with what did arrive when not.

    Events are counted where a filter names something of an event (type, name, visitor_id, account_id), else exchanges.
    """
    wanted, timeout = _integer("count", 1), _seconds("timeout", 5.0)
    found = recorder().wait(_query(api_key), wanted, timeout)
    if found >= wanted:
        return json_response({"count": found})
    arrived = [summarize(count) for count in recorder().counts(key_of(api_key))]
    return problem(409, f"{found} of {wanted} arrived within {timeout:g} s", count=found, arrived=arrived)


@control.get("/keys/<api_key>/silence")
def silence(api_key: str) -> OutgoingResponse:
    """Expect that nothing more that matches arrives `for` (1) seconds; 409 with what did."""
    query = recorder().from_now_on(_query(api_key))
    arrived = recorder().wait(query, 1, _seconds("for", 1.0))
    if not arrived:
        return json_response({"count": 0})
    return problem(409, f"{arrived} arrived that should not have", count=arrived)


@control.delete("/keys/<api_key>")
def clear(api_key: str) -> OutgoingResponse:
    """Forget one key's exchanges."""
    return json_response({"deleted": recorder().clear(key_of(api_key))})


@control.route("/<path:path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def unknown(path: str) -> OutgoingResponse:
    """Answer for everything else below this prefix: 404."""
    return problem(404, f"the control API has no {request.method} {path}", index=f"{PREFIX}/")


def _page(query: Query) -> OutgoingResponse:
    limit = min(_integer("limit", 100, least=1), PAGE_LIMIT)
    page = recorder().read(query, limit)
    more = len(page) == limit or (page and recorder().read(replace(query, after=page[-1].id), 1))
    return json_response(
        {"exchanges": [describe(exchange) for exchange in page], "next": page[-1].id if more else None}
    )


def recorder() -> Recorder:
    """Find the recorder of the emulator that was asked."""
    found: Recorder = current_app.extensions["recorder"]
    return found


def key_of(api_key: str) -> str:
    """Read an API key in a path of the control API; raise BadParameterError for what can be none."""
    if not is_api_key(api_key):
        raise BadParameterError(f"an API key has at most {KEY_LIMIT} characters, all of which can be printed")
    return "" if api_key == NO_KEY else api_key


def _query(api_key: str | None) -> Query:
    if strange := sorted(set(request.args) - _FILTERS - _OPTIONS):
        raise BadParameterError(f"there is no filter {strange[0]!r}")
    wanted: Mapping[str, Any] = {name: _filter(name) for name in _FILTERS & set(request.args)}
    return Query(api_key=None if api_key is None else key_of(api_key), **wanted)


def _filter(name: str) -> str | int | bool:
    if name == "after":
        return _integer(name, 0)
    value = request.args[name]
    if name != "good":
        return storable(value)
    if value not in _BOOLEANS:
        raise BadParameterError(f"good is true or false, not {value!r}")
    return _BOOLEANS[value]


def _integer(name: str, default: int, least: int = 0) -> int:
    value = request.args.get(name, str(default))
    if not _NUMBER.fullmatch(value) or int(value) < least:
        raise BadParameterError(f"{name} is a whole number from {least}, not {value[:20]!r}")
    return int(value)


def _seconds(name: str, default: float) -> float:
    value = request.args.get(name, str(default))
    with suppress(ValueError):
        if 0 <= float(value) <= WAIT_LIMIT:
            return float(value)
    raise BadParameterError(f"{name} is a number of seconds from 0 to {WAIT_LIMIT:g}, not {value[:20]!r}")
