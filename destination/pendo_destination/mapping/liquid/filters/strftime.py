"""Dates written by a layout such as `%Y-%m-%d`, with the codes, flags and widths that liquidjs knows."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_destination.mapping.liquid.value import allocated

if TYPE_CHECKING:
    from collections.abc import Callable

EPOCH: Final = dt.date(1970, 1, 1).toordinal()
ERA: Final = 146_097  # the days of 400 years, after which the calendar repeats itself

_CODE: Final = re.compile(r"%([-_0^#:]*)([0-9]*)[EO]?(.)")
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Moment(NamedTuple):
    """A time on the clock of a zone; `date` is of the years 1 to 400, `year` counts from there."""

    milliseconds: int
    date: dt.datetime
    year: int
    west: float
    zone: str

    @classmethod
    def of(cls, milliseconds: int, west: float, zone: str) -> Moment:
        """Read a clock that is so many minutes west of UTC."""
        shown = milliseconds - round(west * 60_000)
        days, rest = divmod(shown, 86_400_000)
        era, day = divmod(days + EPOCH - 1, ERA)
        date = dt.datetime.fromordinal(day + 1) + dt.timedelta(milliseconds=rest)
        return cls(shown, date, date.year + era * 400, west, zone)

    @property
    def weekday(self) -> int:
        """Count from Sunday, which is 0."""
        return self.date.isoweekday() % 7

    @property
    def day_of_year(self) -> int:
        """Count from 1."""
        return self.date.timetuple().tm_yday

    @property
    def week(self) -> int:
        """Count as liquidjs does, alike for `%U` and `%W`."""
        return (self.day_of_year - self.weekday + (self.weekday - self.day_of_year + 1) % 7) // 7

    @property
    def offset(self) -> str:
        """Spell the offset from UTC, `+0000`."""
        return f"{'-' if self.west > 0 else '+'}{abs(self.west) // 60:02.0f}{abs(self.west) % 60:02.0f}"


def _ordinal(day: int) -> str:
    return "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


_CODES: Final[dict[str, Callable[[Moment], object]]] = {
    "a": lambda moment: _DAYS[moment.weekday][:3],
    "A": lambda moment: _DAYS[moment.weekday],
    "b": lambda moment: _MONTHS[moment.date.month - 1][:3],
    "B": lambda moment: _MONTHS[moment.date.month - 1],
    "c": lambda moment: strftime(moment, "%x, %X"),
    "C": lambda moment: int(str(moment.year)[:2]),
    "d": lambda moment: moment.date.day,
    "e": lambda moment: moment.date.day,
    "h": lambda moment: _MONTHS[moment.date.month - 1][:3],
    "H": lambda moment: moment.date.hour,
    "I": lambda moment: moment.date.hour % 12 or 12,
    "j": lambda moment: moment.day_of_year,
    "k": lambda moment: moment.date.hour,
    "l": lambda moment: moment.date.hour % 12 or 12,
    "L": lambda moment: moment.date.microsecond // 1000,
    "m": lambda moment: moment.date.month,
    "M": lambda moment: moment.date.minute,
    "n": lambda _moment: "\n",
    "N": lambda moment: f"{moment.date.microsecond // 1000:03d}",
    "p": lambda moment: "AM" if moment.date.hour < 12 else "PM",
    "P": lambda moment: "am" if moment.date.hour < 12 else "pm",
    "q": lambda moment: _ordinal(moment.date.day),
    "s": lambda moment: math.floor(moment.milliseconds / 1000 + 0.5),
    "S": lambda moment: moment.date.second,
    "t": lambda _moment: "\t",
    "u": lambda moment: moment.date.isoweekday(),
    "U": lambda moment: moment.week,
    "w": lambda moment: moment.weekday,
    "W": lambda moment: moment.week,
    "x": lambda moment: f"{moment.date.month}/{moment.date.day}/{moment.year}",
    "X": lambda moment: strftime(moment, "%-I:%M:%S %p"),
    "y": lambda moment: str(moment.year)[2:4],
    "Y": lambda moment: moment.year,
    "z": lambda moment: moment.offset,
    "Z": lambda moment: moment.zone or moment.offset,
    "%": lambda _moment: "%",
}
_WIDTHS: Final = dict.fromkeys("deHIklmMSUW", 2) | dict.fromkeys("jL", 3)
_BLANK_PADDED: Final = frozenset("aAbBceklpP")


def strftime(moment: Moment, layout: str) -> str:
    """Write a time by a layout; unknown codes stay."""
    return _CODE.sub(lambda code: _written(moment, *code.groups()) if code[3] in _CODES else code.group(), layout)


def _written(moment: Moment, flags: str, width: str, code: str) -> str:
    text = str(_CODES[code](moment))
    if code == "N":
        size = float(width or 0) or 9
        text = text[: allocated(size)].ljust(allocated(size), "0")
    if code == "z" and ":" in flags:
        text = f"{text[:3]}:{text[3:]}"
    if "^" in flags:
        text = text.upper()
    elif "#" in flags:
        text = text.upper() if re.search("[a-z]", text) else text.lower()
    size = 0 if "-" in flags else float(width or 0) or _WIDTHS.get(code, 0)
    blank = "_" in flags or (code in _BLANK_PADDED and "0" not in flags)
    return text.rjust(allocated(size), " " if blank else "0")
