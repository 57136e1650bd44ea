"""Dates read from text as V8's `new Date` reads them: ISO 8601, and loosely what people write."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, field
from typing import Final

from pendo_destination.javascript.values import WHITESPACE
from pendo_destination.mapping.liquid.filters.strftime import EPOCH, ERA

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LETTER: Final = rf"[^\x00-@{WHITESPACE}]"
_ISO: Final = re.compile(
    r"(?P<year>[+-]\d{6}|\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<part>\d+))?)?"
    r"(?:Z|(?P<offset>[+-]\d\d:?\d\d))?)?",
    re.ASCII | re.IGNORECASE,
)
_PART: Final = re.compile(
    r"(?P<time>(?P<hour>\d+):(?P<minute>\d+)(?::(?P<second>\d+)(?:\.(?P<part>\d+))?)?)"
    rf"(?=$|[{WHITESPACE}+-]|z(?![a-z]))"
    r"|(?P<number>\d+)\.?-?"
    rf"|(?P<month>(?:{'|'.join(_MONTHS)}){_LETTER}*)-?"
    rf"|(?P<word>{_LETTER}+)"
    r"|(?P<offset>[+-]\d{1,2}?(?::?\d\d)?)(?!\d)"
    r"|(?P<stray>[:)+-])"
    r"|\([^)]*\)|.",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
_HEAD: Final = re.compile(r"\D*", re.ASCII)
_BLANK_SIGNS: Final = str.maketrans("+-", "  ")
_ZONES: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7,
}  # fmt: skip
_DAYS: Final = range(1, 32)
_LONGEST: Final = 200
_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE


def instant(text: str) -> float:
    """Read a date as milliseconds since 1970; NaN if it is no date."""
    if len(text) > _LONGEST:
        return math.nan
    if iso := _ISO.fullmatch(text):
        date = int(iso["year"]), int(iso["month"] or 1), int(iso["day"] or 1)
        return _instant(*date, _clock(iso) - _offset(iso["offset"] or "+0"))
    found = _Loose()
    unsigned = _HEAD.sub(lambda head: head.group().translate(_BLANK_SIGNS), text, count=1)
    understood = all(found.take(part) for part in _PART.finditer(unsigned))
    return found.instant() if understood else math.nan


@dataclass(slots=True)
class _Loose:
    """What has been found so far: up to three numbers, the name of a month, a time of day and a zone."""

    numbers: list[int] = field(default_factory=list)
    month: int = 0
    time: re.Match[str] | None = None
    noon: int | None = None
    offset: int | None = None

    def take(self, part: re.Match[str]) -> bool:
        """Take the next part; tell whether this can still be a date."""
        match part.lastgroup:
            case "number":
                self.numbers.append(int(part["number"]))
                return len(self.numbers) <= len(("year", "month", "day"))
            case "time":
                known, self.time = self.time, part
                return known is None
            case "month":
                self.month = _MONTHS.index(part["month"][:3].lower()) + 1
            case "word":
                return self._take_word(part["word"].lower(), part.string[part.end() : part.end() + 1])
            case "offset":
                known_zone, self.offset = self.offset, _offset(part["offset"])
                return self.time is not None or known_zone == 0
            case "stray":
                return not self.numbers
        return True

    def _take_word(self, word: str, following: str) -> bool:
        if word in {"am", "pm"} and self.time:
            self.noon = 12 if word == "pm" else 0
        elif word in _ZONES and self.numbers:
            self.offset = _ZONES[word] * _HOUR
        else:
            return not (self.numbers or following.isdigit())
        return True

    def instant(self) -> float:
        """Put the parts together; a number that can be no day is the year."""
        if not self.numbers:
            return math.nan
        time = _clock(self.time, self.noon) if self.time else 0
        first, second, third = (*self.numbers, 1, 1)[:3]
        year_first = first not in _DAYS
        if self.month:
            year, month, day = (first, self.month, second) if year_first else (second, self.month, first)
        else:
            year, month, day = (first, second, third) if year_first else (third, first, second)
        century = 2000 if year < 50 else 1900 if year < 100 else 0
        return _instant(year + century, month, day, time - (self.offset or 0))


def _offset(text: str) -> int:
    hours, minutes = (text[1:-2].rstrip(":"), text[-2:]) if len(text) > 3 else (text[1:], "0")
    return int(text[0] + "1") * (int(hours) * _HOUR + int(minutes) * _MINUTE)


def _clock(time: re.Match[str], noon: int | None = None) -> float:
    hour, minute, second = (int(time[unit] or 0) for unit in ("hour", "minute", "second"))
    part = int((time["part"] or "0")[:3].ljust(3, "0"))
    if noon is not None:
        hour = hour % 12 + noon if hour <= 12 else 25
    fits = (hour < 24 and minute < 60 and second < 60) or (hour, minute, second, part) == (24, 0, 0, 0)
    return hour * _HOUR + minute * _MINUTE + second * 1000 + part if fits else math.nan


def _instant(year: int, month: int, day: int, milliseconds: float) -> float:
    if not 1 <= month <= 12 or day not in _DAYS:
        return math.nan
    era, in_era = divmod(year, 400)
    days = dt.date(in_era + 400, month, 1).toordinal() + (era - 1) * ERA + day - 1 - EPOCH
    return days * 24 * _HOUR + milliseconds
