"""Control API views of recorded exchanges: list, count, wait for and delete them, all below /_emulator/."""

from __future__ import annotations

from inspect import getdoc
from typing import TYPE_CHECKING

from flask import Blueprint, current_app
from msgspec.structs import replace

from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control import health_and_metrics as health_checks
from pendo_emulator.control.arrival_descriptions import describe_arrivals, list_arrivals, nearest_arrival
from pendo_emulator.control.exchange_documents import describe_count, describe_exchange
from pendo_emulator.control.parameters import (
    NO_KEY,
    BadParameterError,
    bad_parameter,
    key_of,
    read_filters,
    read_integer,
    read_query,
    read_seconds,
    recorder,
)
from pendo_emulator.response import json_response, problem
from pendo_emulator.storage.query import PAGE_LIMIT, Query

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

control = Blueprint("control", __name__, url_prefix=CONTROL_PREFIX)
control.register_error_handler(BadParameterError, bad_parameter)


@control.get("/")
def index() -> OutgoingResponse:
    """List the requests that the control API answers."""
    rules = [rule for rule in current_app.url_map.iter_rules() if rule.rule.startswith(CONTROL_PREFIX)]
    return json_response(
        {
            f"{method} {rule.rule}": getdoc(current_app.view_functions[rule.endpoint])
            for rule in sorted(rules, key=lambda rule: rule.rule)
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"})
        }
    )


@control.get("/health")
def health() -> OutgoingResponse:
    """Report that the emulator runs, and the state of its store; the same as /healthz."""
    return health_checks.alive()


@control.get("/ready")
def ready() -> OutgoingResponse:
    """Report whether requests can be recorded, 503 if not; the same as /readyz."""
    return health_checks.ready()


@control.get("/keys")
def keys() -> OutgoingResponse:
    """Count exchanges by API key; `-` counts requests without an API key."""
    return json_response({key or NO_KEY: count for key, count in recorder().keys().items()})


@control.get("/exchanges")
def all_exchanges() -> OutgoingResponse:
    """List the exchanges of all keys; the parameters are the same as for the exchanges of one key."""
    return _page(read_query(None))


@control.get("/keys/<api_key>/exchanges")
def exchanges(api_key: str) -> OutgoingResponse:
    """List the first `limit` (100) exchanges of one key that match the filters and follow id `after` (0), oldest first.

    Filters: region, endpoint, good, type, name, visitor_id, account_id; `unknown=allow` accepts regions, endpoints and
    types that the contracts do not contain. `next` in the response is the `after` of the next page, or null on the last
    page.
    """
    return _page(read_query(api_key))


@control.get("/keys/<api_key>/counts")
def counts(api_key: str) -> OutgoingResponse:
    """Count one key's events by region, endpoint and type: received, kept (valid) and broken."""
    return json_response([describe_count(count) for count in recorder().counts(key_of(api_key))])


@control.get("/keys/<api_key>/wait")
def wait(api_key: str) -> OutgoingResponse:
    """Wait, at most `timeout` (5) seconds, until `count` (1) exchanges or events match the filters; 409 if they do not.

    Counts events if a filter names an event field (type, name, visitor_id, account_id), otherwise exchanges. In a 409,
    `arrived` has the counts of what arrived, and `nearest` the event that is most similar to the filters.
    """
    expected, timeout = read_integer("count", 1), read_seconds("timeout", 5.0)
    matching = recorder().wait(read_query(api_key), expected, timeout)
    if matching >= expected:
        return json_response({"count": matching})
    arrived = [describe_count(count) for count in recorder().counts(key_of(api_key))]
    near = nearest_arrival(list_arrivals(recorder().read_all(Query(api_key=key_of(api_key)))), read_filters())
    title = f"{matching} of {expected} arrived within {timeout:g} s"
    return problem(
        409,
        f"{title}; nearest: {near.describe()}" if near else title,
        count=matching,
        arrived=arrived,
        nearest=near and near.as_document(),
    )


@control.get("/keys/<api_key>/silence")
def silence(api_key: str) -> OutgoingResponse:
    """Check for `for` (1) seconds that no new exchange matches the filters; 409 with the matching ones if one does."""
    query = recorder().from_now_on(read_query(api_key))
    arrived = recorder().wait(query, 1, read_seconds("for", 1.0))
    if not arrived:
        return json_response({"count": 0})
    filters = read_filters()
    arrivals = [one for one in list_arrivals(recorder().read(query)) if one.matches(filters)]
    title = f"{arrived} arrived, none was expected: {describe_arrivals(arrivals)}"
    return problem(409, title, count=arrived, arrived=[one.as_document() for one in arrivals])


@control.delete("/keys/<api_key>")
def clear(api_key: str) -> OutgoingResponse:
    """Delete one key's exchanges."""
    return json_response({"deleted": recorder().clear(key_of(api_key))})


def _page(query: Query) -> OutgoingResponse:
    limit = min(read_integer("limit", 100, minimum=1), PAGE_LIMIT)
    page = recorder().read(query, limit)
    # A page can have fewer than `limit` exchanges, because the store also limits its size in bytes.
    more = len(page) == limit or (page and recorder().read(replace(query, after=page[-1].id), 1))
    return json_response(
        {"exchanges": [describe_exchange(exchange) for exchange in page], "next": page[-1].id if more else None}
    )
