"""Reads the dates in fields of metadata that a client defined as times."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.store.objects import EngageObjects
    from pendo_emulator.profiles.profile import Kind

# The kind of the documents in which clients define fields of metadata.
DEFINED_FIELD: Final = "metadata-field"
TIME: Final = "time"
# Numbers below are seconds, others milliseconds (documented that both are accepted; the boundary is assumed).
_FIRST_MILLISECONDS: Final = 100_000_000_000
_NUMBER: Final = re.compile(r"-?\d{1,15}")
_ZONE_NAME: Final = re.compile(r" ?\(?[A-Z]{2,5}\)?(?=$|[+-]\d{4})")
# Documented, besides RFC 3339.
_FORMATS: Final = (
    "%m/%d/%Y %I:%M%p", "%a %b %d %Y", "%a %b %d %Y %H:%M:%S", "%a %b %d %Y %H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z",
)  # fmt: skip
_MAX_TEXT: Final = 60


def read_date(value: Any, zone: tzinfo = UTC) -> int | None:
    """Return a date in milliseconds since 1970, None for a value that is no date.

    `zone` is the time zone of texts without one (assumed: the subscription's).
    """
    if isinstance(value, str):
        text = value.strip()
        return _from_number(int(text)) if _NUMBER.fullmatch(text) else _from_text(text, zone)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return _from_number(value)


class DateFields:
    """The fields of an API key that a client defined as times."""

    def __init__(self, objects: EngageObjects, api_key: str, zone: tzinfo) -> None:
        defined = objects.all(api_key, DEFINED_FIELD).items()
        self._names = [id_.split(".", 2) for id_, one in defined if one.get("type") == TIME and not one.get("deleted")]
        self._zone = zone

    def convert(self, kind: Kind, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows with the dates in milliseconds; a value that is no date stays (assumed)."""
        names = [(group, name) for defined, group, name in self._names if defined == kind]
        if not names:
            yield from rows
            return
        for row in rows:
            for group, name in names:
                fields = row["metadata"].get(group)
                if fields and (date := read_date(fields.get(name), self._zone)) is not None:
                    fields[name] = date
            yield row

    def convert_value(self, kind: Kind, group: str, name: str, value: Any) -> Any:
        """Return the value of one field, a date in milliseconds."""
        date = read_date(value, self._zone) if [kind, group, name] in self._names else None
        return value if date is None else date


def _from_number(value: float) -> int:
    milliseconds = value if abs(value) >= _FIRST_MILLISECONDS else value * 1000
    return round(milliseconds)


def _from_text(text: str, zone: tzinfo) -> int | None:
    if len(text) > _MAX_TEXT:
        return None
    moment = _parse(text) or _parse(_ZONE_NAME.sub("", text))
    if moment is None:
        return None
    try:
        return round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)
    except (OverflowError, ValueError):
        return None


def _parse(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added by the caller
        except ValueError:
            continue
    return None
