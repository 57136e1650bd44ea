"""Reads the path and query parameters of control API requests."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from flask import current_app, request

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.wire.beacon import KEY_LIMIT, is_api_key
from pendo_emulator.control.filter_check import FILTERS, UnknownFilterError, check_finding_filters, check_values
from pendo_emulator.response import problem
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.storable_text import storable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pendo_emulator.recorder.recorder import Recorder
    from pendo_emulator.response import OutgoingResponse

NO_KEY: Final = "-"
WAIT_LIMIT: Final = 60.0
# Whole numbers have at most 15 digits: JSON parsers that use floats read them exactly.
MAX_INTEGER: Final = 10**15 - 1
FINDING_FILTERS: Final = ("severity", "rule")

_BOOLEANS: Final = {"true": True, "false": False}
_OPTIONS: Final = frozenset({"limit", "count", "timeout", "for", "unknown"})
_NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)


class BadParameterError(ValueError):
    """A path or query parameter with a wrong value; the text names the parameter and its valid values.

    `filters` are the names of the filters that the request accepts.
    """

    def __init__(self, message: str, filters: Iterable[str] = FILTERS) -> None:
        super().__init__(message)
        self.filters = sorted(filters)


def recorder() -> Recorder:
    """Return the recorder of the emulator that serves the current request."""
    current: Recorder = current_app.extensions["recorder"]
    return current


def bad_parameter(error: BadParameterError) -> OutgoingResponse:
    """Return the response to a request with a bad parameter."""
    return problem(400, str(error), filters=error.filters)


def key_of(api_key: str) -> str:
    """Return the API key of a path, "" for NO_KEY; raise BadParameterError if the text cannot be an API key."""
    if not is_api_key(api_key):
        raise BadParameterError(f"an API key has at most {KEY_LIMIT} characters, all printable")
    return "" if api_key == NO_KEY else api_key


def read_query(api_key: str | None) -> Query:
    """Read the filters of the current request; `api_key` comes from its path, None means all keys.

    Raises BadParameterError for an unknown parameter or a bad value. A region, endpoint or event type that the
    contracts do not contain is a bad value unless the parameter `unknown` is `allow`.
    """
    filters: Mapping[str, Any] = read_filters()
    return Query(api_key=None if api_key is None else key_of(api_key), **filters)


def read_filters() -> dict[str, Any]:
    """Read the filters of the current request; raise BadParameterError in the same cases as `read_query`."""
    check_parameters(FILTERS | _OPTIONS, FILTERS)
    filters = {name: _filter(name) for name in FILTERS & set(request.args)}
    if not _unknown_allowed():
        try:
            check_values(filters)
        except UnknownFilterError as error:
            raise BadParameterError(f"{error} (&unknown=allow accepts unknown values)") from error
    return filters


def read_finding_filters() -> dict[str, str | None]:
    """Read the severity and the rule of the current request; raise BadParameterError for other parameters or values."""
    check_parameters(FINDING_FILTERS, FINDING_FILTERS)
    filters = {name: request.args.get(name) for name in FINDING_FILTERS}
    try:
        check_finding_filters(**filters)
    except UnknownFilterError as error:
        raise BadParameterError(str(error), FINDING_FILTERS) from error
    return filters


def read_integer(name: str, default: int, minimum: int = 0) -> int:
    """Read a parameter that is a whole number; raise BadParameterError for any other value."""
    value = request.args.get(name, str(default))
    if not _NUMBER.fullmatch(value) or int(value) < minimum:
        raise BadParameterError(f"{name} must be a whole number from {minimum}, not {value[:20]!r}")
    return int(value)


def read_seconds(name: str, default: float) -> float:
    """Read a parameter that is a number of seconds up to WAIT_LIMIT; raise BadParameterError for any other value."""
    value = request.args.get(name, str(default))
    with suppress(ValueError):
        if 0 <= float(value) <= WAIT_LIMIT:
            return float(value)
    raise BadParameterError(f"{name} must be a number of seconds from 0 to {WAIT_LIMIT:g}, not {value[:20]!r}")


def check_parameters(known: Collection[str], filters: Iterable[str] = ()) -> None:
    """Raise BadParameterError for a parameter that the current request does not have, or that is repeated."""
    if unknown := sorted(set(request.args).difference(known)):
        near = nearest(unknown[0], sorted(known))
        hint = f": did you mean {near!r}?" if near else ""
        raise BadParameterError(f"unknown parameter {unknown[0]!r}{hint}", filters)
    if repeated := sorted(name for name, values in request.args.lists() if len(values) > 1):
        raise BadParameterError(f"the parameter {repeated[0]!r} is repeated: give it once", filters)


def _unknown_allowed() -> bool:
    value = request.args.get("unknown")
    if value not in {None, "allow"}:
        raise BadParameterError(f"unknown must be allow, not {value[:20]!r}")
    return value == "allow"


def _filter(name: str) -> str | int | bool:
    if name == "after":
        return read_integer(name, 0)
    value = request.args[name]
    if name != "good":
        return storable(value)
    if value not in _BOOLEANS:
        raise BadParameterError(f"good must be true or false, not {value!r}")
    return _BOOLEANS[value]
