"""Facade: a message as a classic integration sees it, with dates for ISO texts, ids among traits, a parent account.

All of it is observed in published code.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from pendo_contracts.visitor import ANONYMOUS_PREFIX
from pendo_destination.destinations.classic.settings import NAME
from pendo_destination.errors import Problem
from pendo_destination.javascript.values import UNDEFINED, spread, text, truthy
from pendo_destination.runtime.validation import invalid_event

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
    """Copy a message, each text that is a full ISO date turned into that date, ids and all."""
    match value:
        case str():
            return _date(value)
        case dict():
            return {key: with_dates(item) for key, item in value.items()}
        case list():
            return [with_dates(item) for item in value]
        case _:
            return value


def _date(written: str) -> str | dt.datetime:
    found = _DATE.fullmatch(written)
    if found is None:
        return written
    try:
        return _moment(found)
    except (OverflowError, ValueError):  # Python's dates end with the year 9999, JavaScript's do not
        return written


def _moment(date: re.Match[str]) -> dt.datetime:
    """Add a date's parts up: a 13th month is January, month 0 is the first, years before 100 are of the 20th century.

    After a space the time is the browser's own, whatever zone is written; that browser is assumed to run in UTC.
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
    """Describe the visitor of a message: `id`, then the traits, whose own `id` wins over a made-up one.

    Raises DestinationError of the kind `invalid_event`.
    """
    user_id = message.get("userId", UNDEFINED)
    visitor_id = user_id if truthy(user_id) else f"{ANONYMOUS_PREFIX}{text(_anonymous_id(message))}"
    return {"id": visitor_id} | _traits(message.get("traits"), user_id)


def read_account(message: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """Describe the account of a group message, and its parent account, UNDEFINED where the traits name none.

    Raises DestinationError of the kind `invalid_event`.
    """
    group_id = message.get("groupId", UNDEFINED)
    traits = message.get("traits")
    traits = _traits(traits if truthy(traits) else message.get("properties"), group_id)
    name = next((name for name in traits if _plain(name) == "parentaccount"), None)
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


def _plain(name: str) -> str:
    """Reduce a name to what counts when names are compared: `Parent Account` and `parent_account` are one."""
    return _NOT_IN_NAME.sub("", name).lower()
