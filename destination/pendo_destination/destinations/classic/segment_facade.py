"""Converts a message to the form that a classic integration gets.

ISO texts become dates, ids become traits, and the parent account is found by its name in any spelling.

Every rule here is observed in published code.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX
from pendo_destination.destinations.classic.settings import NAME
from pendo_destination.errors import Problem
from pendo_destination.javascript.values import PROTOTYPE, UNDEFINED, spread, text, truthy
from pendo_destination.runtime.payload_validation import invalid_event

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:(?P<separator>[ T])(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[,.](?P<fraction>\d+))?)?"
    r"(?:Z|(?P<sign>[+-])(?P<zone_hour>\d\d)(?::?(?P<zone_minute>\d\d))?)?)?",
    re.ASCII,
)
_NOT_IN_NAME = re.compile(r"[^a-zA-Z0-9.]+")


def with_dates(value: Any) -> Any:
    """Return a copy of a message in which every text that is a full ISO date, even an id, is a date."""
    match value:
        case str():
            return _date(value)
        case dict():
            return {key: with_dates(item) for key, item in value.items() if key != PROTOTYPE}
        case list():
            return [with_dates(item) for item in value]
        case _:
            return value


def _date(value: str) -> str | dt.datetime:
    match = _DATE.fullmatch(value)
    if match is None:
        return value
    try:
        return _moment(match)
    except (OverflowError, ValueError):  # a year after 9999: Python's dates end there
        return value


def _moment(date: re.Match[str]) -> dt.datetime:
    """Return the time of a matched ISO date.

    Month 13 is January of the next year, month 0 is January, and years before 100 are in the 20th century. After a
    space, the zone is ignored and the time is in the browser's zone; that browser is assumed to run in UTC.
    """
    hour, minute, second, zone_hour, zone_minute = (
        int(date[part] or 0) for part in ("hour", "minute", "second", "zone_hour", "zone_minute")
    )
    year, month, day = int(date["year"]), int(date["month"]) or 1, int(date["day"]) or 1
    year += (month - 1) // 12 + (1900 if year < 100 else 0)
    offset = 0 if date["separator"] == " " else 60 * zone_hour + zone_minute
    return dt.datetime(year, (month - 1) % 12 + 1, 1, tzinfo=dt.UTC) + dt.timedelta(
        days=day - 1,
        hours=hour,
        minutes=minute + (offset if date["sign"] == "-" else -offset),
        seconds=second,
        milliseconds=int(((date["fraction"] or "") + "000")[:3]),
    )


def read_visitor(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the visitor of a message: the id and the traits. A trait `id` replaces only a generated id.

    Raises DestinationError of the kind `invalid_event` if the traits are not an object.
    """
    user_id = message.get("userId", UNDEFINED)
    visitor_id = user_id if truthy(user_id) else f"{ANONYMOUS_PREFIX}{text(_anonymous_id(message))}"
    return {"id": visitor_id} | _traits(message.get("traits"), user_id)


def read_account(message: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """Return the account of a group message and its parent account, UNDEFINED if the traits have none.

    Raises DestinationError of the kind `invalid_event` if the traits are not an object.
    """
    group_id = message.get("groupId", UNDEFINED)
    traits = message.get("traits")
    traits = _traits(traits if truthy(traits) else message.get("properties"), group_id)
    name = next((name for name in traits if _normalized(name) == "parentaccount"), None)
    parent = traits.pop(name) if name is not None and truthy(traits[name]) else UNDEFINED
    return {"id": group_id} | traits, parent


def _anonymous_id(message: Mapping[str, Any]) -> Any:
    anonymous_id = message.get("anonymousId")
    return anonymous_id if truthy(anonymous_id) else message.get("sessionId", UNDEFINED)


def _traits(traits: Any, known_id: Any) -> dict[str, Any]:
    if not truthy(known_id):
        return spread(traits)
    if truthy(traits) and not isinstance(traits, (dict, list, dt.datetime)):
        raise invalid_event(NAME, (Problem("traits", "must be an object"),))
    return spread(traits) | {"id": known_id}


def _normalized(name: str) -> str:
    """Return a name in the form used for comparison: `Parent Account` and `parent_account` become equal."""
    return _NOT_IN_NAME.sub("", name).lower()
