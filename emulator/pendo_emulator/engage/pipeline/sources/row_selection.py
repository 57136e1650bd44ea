"""Selects the rows that a source asks for, for callers that have rows of all times and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions import field_path
from pendo_emulator.engage.pipeline.expressions.functions.pendo_ids import is_identified
from pendo_emulator.engage.pipeline.values import is_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.engage.pipeline.row import Row, Rows
    from pendo_emulator.engage.pipeline.sources.source import Source
    from pendo_emulator.engage.pipeline.sources.time_range import TimeRange

# The first of these fields that a row has is its time, in Unix milliseconds.
TIME_FIELDS: Final = (
    "hour",
    "day",
    "browserTime",
    "guideTimestamp",
    "lastSeenAt",
    "time",
    "receivedTime",
    "lastTime",
)
# For each parameter the field that has the ids; several parameters name several ids of one field.
ID_FIELDS: Final = {
    "pageId": "pageId",
    "pageIds": "pageId",
    "featureId": "featureId",
    "featureIds": "featureId",
    "trackTypeId": "trackTypeId",
    "trackTypeIds": "trackTypeId",
    "guideId": "guideId",
    "guideStepId": "guideStepId",
    "pollId": "pollId",
}
DEFINITIONS: Final = {"pages": "pageId", "features": "featureId", "trackTypes": "trackTypeId", "guides": "guideId"}
_LAST_UPDATED: Final = field_path("metadata.auto.lastupdated")


def select_rows(rows: Rows, source: Source) -> Rows:
    """Return the rows in the time range, with the object ids, the applications and the identity of a source.

    A row that lacks the field of a condition is kept. The other parameters are ignored.
    """
    conditions = list(_conditions(source))
    if not conditions:
        return rows
    return (row for row in rows if all(condition(row) for condition in conditions))


def _conditions(source: Source) -> list[Callable[[Row], bool]]:
    found: list[Callable[[Row], bool]] = []
    if source.time_range is not None:
        found.append(_in_time(source.time_range))
    if source.app_ids is not None:
        found.append(_is_one_of("appId", source.app_ids))
    for name, value in source.parameters.items():
        if name in ID_FIELDS and value is not None:
            field = "id" if DEFINITIONS.get(source.name) == ID_FIELDS[name] else ID_FIELDS[name]
            found.append(_is_one_of(field, value if isinstance(value, list) else [value]))
        elif name == "identified" and value is True:
            found.append(lambda row: is_identified(row.get("visitorId")) is True)
        elif name == "since" and is_number(value):
            found.append(_updated_since(value))
    return found


def _in_time(time_range: TimeRange) -> Callable[[Row], bool]:
    start, end = time_range.start, time_range.end

    def condition(row: Row) -> bool:
        time: Any = next((row[name] for name in TIME_FIELDS if name in row), None)
        return not is_number(time) or bool(start <= time < end)

    return condition


def _is_one_of(field: str, wanted: Any) -> Callable[[Row], bool]:
    return lambda row: field not in row or row[field] in wanted


def _updated_since(time: float) -> Callable[[Row], bool]:
    def condition(row: Row) -> bool:
        updated = _LAST_UPDATED(row)
        return not is_number(updated) or bool(updated >= time)

    return condition
