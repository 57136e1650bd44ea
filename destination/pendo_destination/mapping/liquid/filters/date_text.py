"""Parses dates as V8's `new Date` does: ISO 8601, and loose formats such as `May 5, 2024 3:00 PM`."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, field
from typing import Final

from pendo_destination.javascript.values import WHITESPACE
from pendo_destination.mapping.liquid.filters.strftime import EPOCH, ERA_DAYS

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORD_CHARACTER: Final = rf"[^\x00-@{WHITESPACE}]"
_ISO: Final = re.compile(
    r"(?P<year>[+-]\d{6}|\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"(?:Z|(?P<offset>[+-]\d\d:?\d\d))?)?",
    re.ASCII | re.IGNORECASE,
)
_PART: Final = re.compile(
    r"(?P<time>(?P<hour>\d+):(?P<minute>\d+)(?::(?P<second>\d+)(?:\.(?P<fraction>\d+))?)?)"
    rf"(?=$|[{WHITESPACE}+-]|z(?![a-z]))"
    r"|(?P<number>\d+)\.?-?"
    rf"|(?P<month>(?:{'|'.join(_MONTHS)}){_WORD_CHARACTER}*)-?"
    rf"|(?P<word>{_WORD_CHARACTER}+)"
    r"|(?P<offset>[+-]\d{1,2}?(?::?\d\d)?)(?!\d)"
    r"|(?P<stray>[:)+-])"
    r"|\([^)]*\)|.",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
_BEFORE_DIGITS: Final = re.compile(r"\D*", re.ASCII)
_SIGNS_TO_BLANKS: Final = str.maketrans("+-", "  ")
_ZONE_HOURS: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7,
}  # fmt: skip
_DAYS: Final = range(1, 32)
_MAX_LENGTH: Final = 200
_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE


def parse_date(text: str) -> float:
    """Return a date as milliseconds since 1970; NaN if the text is not a date."""
    if len(text) > _MAX_LENGTH:
        return math.nan
    if iso := _ISO.fullmatch(text):
        date = int(iso["year"]), int(iso["month"] or 1), int(iso["day"] or 1)
        return _to_milliseconds(*date, _time_of_day(iso) - _zone_offset(iso["offset"] or "+0"))
    loose = _LooseDate()
    unsigned = _BEFORE_DIGITS.sub(lambda start: start.group().translate(_SIGNS_TO_BLANKS), text, count=1)
    valid = all(loose.add_part(part) for part in _PART.finditer(unsigned))
    return loose.to_milliseconds() if valid else math.nan


@dataclass(slots=True)
class _LooseDate:
    """The parts of a date: up to three numbers, a month by name, a time of day and a zone offset in milliseconds."""

    numbers: list[int] = field(default_factory=list)
    month: int = 0
    time: re.Match[str] | None = None
    half_day: int | None = None  # 0 for am, 12 for pm
    offset: int | None = None

    def add_part(self, part: re.Match[str]) -> bool:
        """Add the next part; return whether this can still be a date."""
        match part.lastgroup:
            case "number":
                self.numbers.append(int(part["number"]))
                return len(self.numbers) <= len(("year", "month", "day"))
            case "time":
                previous_time, self.time = self.time, part
                return previous_time is None
            case "month":
                self.month = _MONTHS.index(part["month"][:3].lower()) + 1
            case "word":
                return self._add_word(part["word"].lower(), part.string[part.end() : part.end() + 1])
            case "offset":
                previous_offset, self.offset = self.offset, _zone_offset(part["offset"])
                return self.time is not None or previous_offset == 0
            case "stray":
                return not self.numbers
        return True

    def _add_word(self, word: str, next_character: str) -> bool:
        if word in {"am", "pm"} and self.time:
            self.half_day = 12 if word == "pm" else 0
        elif word in _ZONE_HOURS and self.numbers:
            self.offset = _ZONE_HOURS[word] * _HOUR
        else:
            return not (self.numbers or next_character.isdigit())
        return True

    def to_milliseconds(self) -> float:
        """Combine the parts; if the first number cannot be a day, it is the year."""
        if not self.numbers:
            return math.nan
        time = _time_of_day(self.time, self.half_day) if self.time else 0
        first, second, third = (*self.numbers, 1, 1)[:3]
        year_first = first not in _DAYS
        if self.month:
            year, month, day = (first, self.month, second) if year_first else (second, self.month, first)
        else:
            year, month, day = (first, second, third) if year_first else (third, first, second)
        century = 2000 if year < 50 else 1900 if year < 100 else 0
        return _to_milliseconds(year + century, month, day, time - (self.offset or 0))


def _zone_offset(text: str) -> int:
    hours, minutes = (text[1:-2].rstrip(":"), text[-2:]) if len(text) > 3 else (text[1:], "0")
    return int(text[0] + "1") * (int(hours) * _HOUR + int(minutes) * _MINUTE)


def _time_of_day(time: re.Match[str], half_day: int | None = None) -> float:
    hour, minute, second = (int(time[unit] or 0) for unit in ("hour", "minute", "second"))
    milliseconds = int((time["fraction"] or "0")[:3].ljust(3, "0"))
    if half_day is not None:
        hour = hour % 12 + half_day if hour <= 12 else 25
    valid = (hour < 24 and minute < 60 and second < 60) or (hour, minute, second, milliseconds) == (24, 0, 0, 0)
    return hour * _HOUR + minute * _MINUTE + second * 1000 + milliseconds if valid else math.nan


def _to_milliseconds(year: int, month: int, day: int, time_of_day: float) -> float:
    if not 1 <= month <= 12 or day not in _DAYS:
        return math.nan
    era, in_era = divmod(year, 400)
    days = dt.date(in_era + 400, month, 1).toordinal() + (era - 1) * ERA_DAYS + day - 1 - EPOCH
    return days * 24 * _HOUR + time_of_day
