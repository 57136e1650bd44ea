"""Control API views of the visitors and accounts of one key, derived from its exchanges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from flask import Blueprint, request
from werkzeug.routing import PathConverter

from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.parameters import (
    BadParameterError,
    check_parameters,
    key_of,
    read_integer,
    read_seconds,
    recorder,
)
from pendo_emulator.control.profiles.operations import MAX_PROFILES
from pendo_emulator.profiles.catch_up import TIMEOUT, NotCaughtUpError
from pendo_emulator.profiles.derivation_rules import DERIVATION_RULES
from pendo_emulator.profiles.profiles import Selection, Sort
from pendo_emulator.response import json_response, problem

if TYPE_CHECKING:
    from pendo_emulator.profiles.profile import Kind
    from pendo_emulator.response import OutgoingResponse

profiles: Final = Blueprint("profiles", __name__, url_prefix=CONTROL_PREFIX)


class IdConverter(PathConverter):
    """The rest of a path as an id; unlike a path, an id can begin with a slash, which clients send as %2F."""

    regex = ".+"
    part_isolating = False


profiles.record_once(lambda state: state.app.url_map.converters.update(id=IdConverter))

_PARAMETERS: Final = ("search", "sort", "after", "limit", "timeout")
_AFTER: Final = re.compile(r"([0-9]{1,16}):(.+)", re.DOTALL | re.ASCII)


@profiles.errorhandler(BadParameterError)
def bad_parameter(error: BadParameterError) -> OutgoingResponse:
    """Return the response to a bad parameter."""
    return problem(400, str(error))


@profiles.errorhandler(NotCaughtUpError)
def not_caught_up(error: NotCaughtUpError) -> OutgoingResponse:
    """Return the response to a question that would take too long; `remaining` exchanges are not derived yet."""
    return problem(503, str(error), remaining=error.remaining).with_headers({"retry-after": "1"})


@profiles.get("/profile-rules")
def rules() -> OutgoingResponse:
    """List the rules by which visitors and accounts are derived, each with how it is known."""
    return json_response([rule.to_json() for rule in DERIVATION_RULES])


@profiles.get("/keys/<api_key>/visitors")
def visitors(api_key: str) -> OutgoingResponse:
    """List up to `limit` (100) visitors of one key whose id or metadata contains `search`.

    `sort` is `id` or `latest`: last seen first. `next` is the `after` of the next page, null on the last one. `count`
    is the number of all visitors of the key. The answer waits up to `timeout` (10) seconds until the visitors contain
    every recorded exchange; 503 if they do not.
    """
    selection = _read_selection()
    page = recorder().profiles.visitors(key_of(api_key), selection, _read_timeout())
    return _answer(api_key, "visitor", [profile.summary() for profile in page.profiles], page.next)


@profiles.get("/keys/<api_key>/visitors/<id:visitor_id>", merge_slashes=False)
def visitor(api_key: str, visitor_id: str) -> OutgoingResponse:
    """Return one visitor: its metadata with history, its accounts, the visitor before, and the story of its events."""
    check_parameters(("timeout",))
    found = recorder().profiles.visitor(key_of(api_key), visitor_id, _read_timeout())
    return json_response(found.to_json()) if found else problem(404, "the key has no visitor with this id")


@profiles.get("/keys/<api_key>/accounts")
def accounts(api_key: str) -> OutgoingResponse:
    """List the accounts of one key; the parameters and the answer are like those of its visitors."""
    selection = _read_selection()
    page = recorder().profiles.accounts(key_of(api_key), selection, _read_timeout())
    return _answer(api_key, "account", [profile.summary() for profile in page.profiles], page.next)


@profiles.get("/keys/<api_key>/accounts/<id:account_id>", merge_slashes=False)
def account(api_key: str, account_id: str) -> OutgoingResponse:
    """Return one account: its metadata with history, its parent and children, and its first visitors."""
    check_parameters(("timeout",))
    found = recorder().profiles.account(key_of(api_key), account_id, _read_timeout())
    return json_response(found.to_json()) if found else problem(404, "the key has no account with this id")


@profiles.delete("/keys/<api_key>/profiles")
def reset(api_key: str) -> OutgoingResponse:
    """Delete the profiles of one key; the next question derives them again from the exchanges that remain."""
    return json_response({"deleted": recorder().profiles.reset(key_of(api_key))})


def _answer(
    api_key: str, kind: Kind, summaries: list[dict[str, Any]], following: tuple[int, str] | None
) -> OutgoingResponse:
    return json_response(
        {
            f"{kind}s": summaries,
            "count": recorder().profiles.count(key_of(api_key), kind),
            "next": f"{following[0]}:{following[1]}" if following else None,
        }
    )


def _read_selection() -> Selection:
    check_parameters(_PARAMETERS)
    limit = read_integer("limit", 100, minimum=1)
    if limit > MAX_PROFILES:
        raise BadParameterError(f"limit must be a whole number from 1 to {MAX_PROFILES}, not {limit}")
    sort: Sort = "latest" if request.args.get("sort", "id") == "latest" else "id"
    if request.args.get("sort", "id") not in get_args(Sort):
        raise BadParameterError(f"sort must be id or latest, not {request.args['sort'][:20]!r}")
    return Selection(request.args.get("search", ""), sort, _read_after(), limit)


def _read_after() -> tuple[int, str] | None:
    if "after" not in request.args:
        return None
    found = _AFTER.fullmatch(request.args["after"])
    if not found:
        raise BadParameterError("after must be the `next` of the previous page")
    return int(found[1]), found[2]


def _read_timeout() -> float:
    return read_seconds("timeout", TIMEOUT)
