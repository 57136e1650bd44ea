"""The table of the Tracking API's operations, from which its OpenAPI document is made.

A test compares the table with the routes: a route without a row fails it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.openapi.document import list_of, object_of, openapi_document, reference
from pendo_contracts.common.openapi.operation import Answer, Operation, Parameter
from pendo_destination.source.addresses import OPENAPI_PAGE, OPENAPI_PATH, STATUS_PATH
from pendo_destination.source.cdn_files import CALLS_PATH, CHUNKS_PATH, PLUGIN_PATH
from pendo_destination.source.tracking_call import BATCH, KINDS, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BASIC: Final = "writeKey"
BEARER: Final = "bearer"

_STRING: Final = {"type": "string"}
_NULLABLE: Final = {"type": ["string", "null"]}
_OBJECT: Final = {"type": "object"}
_SCRIPT: Final = "text/javascript"

_WRITE_KEY: Final = Parameter("write_key", {"type": "string", "minLength": 1}, "The write key of a source.", "path")
_ERROR: Final = reference("Error")
_CORS: Final = {"Access-Control-Allow-Origin": {"const": "*"}}
_RETRY: Final = {"Retry-After": {"type": "string", "pattern": "^[0-9]+$"}}

# Segment answers 200 to events that it drops later (documented): the answer does not say whether an event is valid.
_ACCEPTED: Final = Answer("The events are accepted.", object_of({"success": {"const": True}}), headers=_CORS)
_REJECTED: Final = Answer("The body is not JSON, is too large or is no object.", _ERROR, headers=_CORS)
_WRONG_KEY: Final = Answer("No source has this write key.", _ERROR, headers=_CORS)
_OVERLOADED: Final = {
    429: Answer("Too many events wait to be sent; send the call again.", _ERROR, headers={**_CORS, **_RETRY}),
    503: Answer("The server stops, or its journal cannot be written.", _ERROR, headers={**_CORS, **_RETRY}),
}
_DENIED: Final = {
    401: Answer("The token is missing or wrong.", _ERROR, headers={"WWW-Authenticate": _STRING}),
    403: Answer("The host or the origin is not allowed.", _ERROR),
}


@cache
def tracking_api_document() -> dict[str, Any]:
    """Return the OpenAPI document of the Tracking API."""
    return openapi_document(
        "Tracking API of pendo-destination",
        "Accepts Segment events like Segment's Tracking API and Pixel API, and serves the files that a page needs.",
        tracking_operations(),
        _schemas(),
        {
            BASIC: {"type": "http", "scheme": "basic", "description": "The write key as the user, no password."},
            BEARER: {"type": "http", "scheme": "bearer", "description": "Required if other machines can connect."},
        },
    )


def tracking_operations() -> tuple[Operation, ...]:
    """Return all operations of the Tracking API."""
    return (*_calls(), *_pixels(), *_files_of_a_page(), *_about_the_server())


def _calls() -> Iterator[Operation]:
    for kind in (*TYPES, BATCH):
        names = [name for name, known in KINDS.items() if known == kind]
        aliases = tuple(f"{prefix}/{name}" for prefix in ("/v1", "") for name in names)
        summary = "Accept a batch of events." if kind == BATCH else f"Accept an event of the type {kind}."
        body = reference("Batch" if kind == BATCH else "Event")
        yield Operation(
            "POST", f"/v1/{kind}", "events", summary,
            {200: _ACCEPTED, 400: _REJECTED, 401: _WRONG_KEY, **_OVERLOADED},
            body=body, aliases=tuple(alias for alias in aliases if alias != f"/v1/{kind}"), security=(BASIC, ""),
        )  # fmt: skip


def _pixels() -> Iterator[Operation]:
    data = Parameter("data", _STRING, "The event as JSON in Base64; without it, each parameter is a member.")
    image = Answer("An image, even if the event is not accepted.", _STRING, "image/gif")
    retry = {status: Answer(answer.description, _ERROR, headers=_RETRY) for status, answer in _OVERLOADED.items()}
    for kind in TYPES:
        yield Operation(
            "GET", f"/v1/pixel/{kind}", "events", f"Accept an event of the type {kind} in the URL of an image.",
            {200: image, **retry}, parameters=(data,), aliases=(f"/pixel/{kind}",), security=(BASIC, ""),
        )  # fmt: skip


def _files_of_a_page() -> Iterator[Operation]:
    missing = {404: Answer("No source has this write key, or the file does not exist.", _ERROR)}
    missing_cors = {404: Answer("No source has this write key.", _ERROR, headers=_CORS)}
    settings = Answer("The settings for analytics.js.", object_of({"integrations": _OBJECT}), headers=_CORS)
    results = Answer("The calls of each subscription.", list_of(object_of({"calls": list_of(_OBJECT)})), headers=_CORS)
    script = Answer("A script.", _STRING, _SCRIPT)
    name = Parameter("name", {"type": "string", "minLength": 1}, "The name of a file.", "path")
    for method, path, summary, answers, parameters, body in (
        ("GET", "/v1/projects/{write_key}/settings", "Return the settings of a source for its pages.",
         {200: settings, **missing_cors}, (_WRITE_KEY,), None),
        ("POST", CALLS_PATH, "Run subscriptions for an event of a page; for our plugin.",
         {200: results, 400: _REJECTED, **missing_cors}, (_WRITE_KEY,), reference("PluginEvent")),
        ("GET", "/analytics.js/v1/{write_key}/analytics.min.js", "Return your copy of analytics.js.",
         {200: script, **missing}, (_WRITE_KEY,), None),
        ("GET", f"{CHUNKS_PATH}/{{name}}", "Return a file of your copy of analytics.js.",
         {200: script, **missing}, (name,), None),
        ("GET", PLUGIN_PATH, "Return the plugin of the Pendo destination.", {200: script}, (), None),
    ):  # fmt: skip
        path = path.replace("<write_key>", "{write_key}")  # noqa: PLW2901 - the route's own notation
        yield Operation(method, path, "pages", summary, answers, parameters=parameters, body=body)


def _about_the_server() -> Iterator[Operation]:
    status = Answer("Counts of events by write key.", {"type": "object", "additionalProperties": _OBJECT})
    document = Answer("This document.", object_of({"openapi": _STRING, "paths": _OBJECT}))
    page = Answer("A page of HTML.", _STRING, "text/html")
    for path, answer, summary in (
        (STATUS_PATH, status, "Count the events of each source."),
        (OPENAPI_PATH, document, "Return this document."),
        (OPENAPI_PAGE, page, "Show this document as a page."),
    ):
        yield Operation("GET", path, "server", summary, {200: answer, **_DENIED}, security=("", BEARER))


def _schemas() -> Mapping[str, Any]:
    members = {
        "userId": _NULLABLE, "anonymousId": _NULLABLE, "event": _STRING, "name": _STRING, "groupId": _STRING,
        "previousId": _STRING, "properties": _OBJECT, "traits": _OBJECT, "context": _OBJECT, "integrations": _OBJECT,
        "messageId": _STRING, "timestamp": _STRING, "sentAt": _STRING,
        "writeKey": _STRING,
    }  # fmt: skip
    return {
        "Event": {"type": "object", "properties": members},
        "Batch": object_of(
            {"batch": list_of(reference("Event"))},
            {name: members[name] for name in ("context", "integrations", "sentAt", "writeKey")},
        ),
        "PluginEvent": object_of({"subscriptions": list_of({"type": "integer", "minimum": 0}), "event": _OBJECT}),
        "Error": object_of({"success": {"const": False}, "code": _STRING, "message": _STRING}),
    }
