"""Formats dates by a layout such as `%Y-%m-%d`, with the codes, flags and widths of liquidjs."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_destination.mapping.liquid.value import check_size

if TYPE_CHECKING:
    from collections.abc import Callable

EPOCH: Final = dt.date(1970, 1, 1).toordinal()
ERA_DAYS: Final = 146_097  # days in 400 years, after which the calendar repeats

_CODE: Final = re.compile(r"%([-_0^#:]*)([0-9]*)[EO]?(.)")
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class LocalTime(NamedTuple):
    """A time in a zone: `year` is the real year, `date` lies in the years 1 to 400 because datetime ends at 9999."""

    milliseconds: int
    date: dt.datetime
    year: int
    minutes_west: float
    zone: str

    @classmethod
    def at(cls, utc_milliseconds: int, minutes_west: float, zone: str) -> LocalTime:
        """Return the local time of a zone that is `minutes_west` minutes west of UTC."""
        milliseconds = utc_milliseconds - round(minutes_west * 60_000)
        days, rest = divmod(milliseconds, 86_400_000)
        era, day = divmod(days + EPOCH - 1, ERA_DAYS)
        date = dt.datetime.fromordinal(day + 1) + dt.timedelta(milliseconds=rest)
        return cls(milliseconds, date, date.year + era * 400, minutes_west, zone)

    @property
    def weekday(self) -> int:
        """Return the day of the week; Sunday is 0."""
        return self.date.isoweekday() % 7

    @property
    def day_of_year(self) -> int:
        """Return the day of the year, from 1."""
        return self.date.timetuple().tm_yday

    @property
    def week(self) -> int:
        """Return the week of the year as liquidjs counts it, the same for `%U` and `%W`."""
        return (self.day_of_year - self.weekday + (self.weekday - self.day_of_year + 1) % 7) // 7

    @property
    def offset(self) -> str:
        """Return the offset from UTC as `+0000`."""
        minutes = abs(self.minutes_west)
        return f"{'-' if self.minutes_west > 0 else '+'}{minutes // 60:02.0f}{minutes % 60:02.0f}"


def _ordinal_suffix(day: int) -> str:
    return "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


_CODES: Final[dict[str, Callable[[LocalTime], object]]] = {
    "a": lambda time: _DAYS[time.weekday][:3],
    "A": lambda time: _DAYS[time.weekday],
    "b": lambda time: _MONTHS[time.date.month - 1][:3],
    "B": lambda time: _MONTHS[time.date.month - 1],
    "c": lambda time: strftime(time, "%x, %X"),
    "C": lambda time: int(str(time.year)[:2]),
    "d": lambda time: time.date.day,
    "e": lambda time: time.date.day,
    "h": lambda time: _MONTHS[time.date.month - 1][:3],
    "H": lambda time: time.date.hour,
    "I": lambda time: time.date.hour % 12 or 12,
    "j": lambda time: time.day_of_year,
    "k": lambda time: time.date.hour,
    "l": lambda time: time.date.hour % 12 or 12,
    "L": lambda time: time.date.microsecond // 1000,
    "m": lambda time: time.date.month,
    "M": lambda time: time.date.minute,
    "n": lambda _moment: "\n",
    "N": lambda time: f"{time.date.microsecond // 1000:03d}",
    "p": lambda time: "AM" if time.date.hour < 12 else "PM",
    "P": lambda time: "am" if time.date.hour < 12 else "pm",
    "q": lambda time: _ordinal_suffix(time.date.day),
    "s": lambda time: math.floor(time.milliseconds / 1000 + 0.5),
    "S": lambda time: time.date.second,
    "t": lambda _moment: "\t",
    "u": lambda time: time.date.isoweekday(),
    "U": lambda time: time.week,
    "w": lambda time: time.weekday,
    "W": lambda time: time.week,
    "x": lambda time: f"{time.date.month}/{time.date.day}/{time.year}",
    "X": lambda time: strftime(time, "%-I:%M:%S %p"),
    "y": lambda time: str(time.year)[2:4],
    "Y": lambda time: time.year,
    "z": lambda time: time.offset,
    "Z": lambda time: time.zone or time.offset,
    "%": lambda _moment: "%",
}
_WIDTHS: Final = dict.fromkeys("deHIklmMSUW", 2) | dict.fromkeys("jL", 3)
_BLANK_PADDED: Final = frozenset("aAbBceklpP")


def strftime(time: LocalTime, layout: str) -> str:
    """Format a time by a layout; unknown codes stay."""
    return _CODE.sub(lambda code: _format(time, *code.groups()) if code[3] in _CODES else code.group(), layout)


def _format(time: LocalTime, flags: str, width: str, code: str) -> str:
    text = str(_CODES[code](time))
    if code == "N":
        size = check_size(float(width or 0) or 9)
        text = text[:size].ljust(size, "0")
    if code == "z" and ":" in flags:
        text = f"{text[:3]}:{text[3:]}"
    if "^" in flags:
        text = text.upper()
    elif "#" in flags:
        text = text.upper() if re.search("[a-z]", text) else text.lower()
    padded_width = 0 if "-" in flags else float(width or 0) or _WIDTHS.get(code, 0)
    with_blanks = "_" in flags or (code in _BLANK_PADDED and "0" not in flags)
    return text.rjust(check_size(padded_width), " " if with_blanks else "0")
