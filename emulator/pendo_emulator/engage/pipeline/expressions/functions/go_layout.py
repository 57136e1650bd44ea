"""Formats times by a layout of the language Go, which shows how 2 January 2006, 15:04:05 looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeAlias

Part: TypeAlias = Callable[[datetime], str]

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_PARTS: Final = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|002|01|02|03|04|05|06|15|PM|pm"
    r"|(?P<zone>[Z-]07:?00(?::?00)?|[Z-]07)|[.,](?P<fraction>0+|9+)(?![0-9])|__2|_2(?!006)|1|2|3|4|5"
)
_FORMATS: Final[dict[str, Part]] = {
    "January": lambda time: MONTHS[time.month - 1],
    "Jan": lambda time: MONTHS[time.month - 1][:3],
    "Monday": lambda time: WEEKDAYS[time.weekday()],
    "Mon": lambda time: WEEKDAYS[time.weekday()][:3],
    "MST": lambda time: time.tzname() or "UTC",
    "2006": lambda time: f"{time.year:04}",
    "06": lambda time: f"{time.year % 100:02}",
    "01": lambda time: f"{time.month:02}",
    "1": lambda time: f"{time.month}",
    "02": lambda time: f"{time.day:02}",
    "2": lambda time: f"{time.day}",
    "_2": lambda time: f"{time.day:2}",
    "002": lambda time: f"{time.timetuple().tm_yday:03}",
    "__2": lambda time: f"{time.timetuple().tm_yday:3}",
    "15": lambda time: f"{time.hour:02}",
    "03": lambda time: f"{(time.hour - 1) % 12 + 1:02}",
    "3": lambda time: f"{(time.hour - 1) % 12 + 1}",
    "04": lambda time: f"{time.minute:02}",
    "4": lambda time: f"{time.minute}",
    "05": lambda time: f"{time.second:02}",
    "5": lambda time: f"{time.second}",
    "PM": lambda time: "PM" if time.hour >= 12 else "AM",
    "pm": lambda time: "pm" if time.hour >= 12 else "am",
}


def compile_layout(layout: str) -> Callable[[datetime], str]:
    """Return a function that formats a time with its zone by the layout."""
    parts: list[Part | str] = []
    position = 0
    for found in _PARTS.finditer(layout):
        parts += [layout[position : found.start()], _part(found)]
        position = found.end()
    parts.append(layout[position:])
    return lambda time: "".join(part if isinstance(part, str) else part(time) for part in parts)


def _part(found: re.Match[str]) -> Part:
    text = found[0]
    if found["zone"]:
        return lambda time: _offset(time, text)
    if found["fraction"]:
        return lambda time: _fraction(time, text[0], len(text) - 1, trim=text[1] == "9")
    return _FORMATS[text]


def _offset(time: datetime, form: str) -> str:
    offset = time.utcoffset() or timedelta()
    if form[0] == "Z" and not offset:
        return "Z"
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    pieces = (f"{seconds // 3600:02}", f"{seconds // 60 % 60:02}", f"{seconds % 60:02}")
    digits = sum(character.isdigit() for character in form)
    return sign + (":" if ":" in form else "").join(pieces[: digits // 2])


def _fraction(time: datetime, point: str, digits: int, *, trim: bool) -> str:
    shown = f"{time.microsecond:06}000"[:digits].ljust(digits, "0")
    shown = shown.rstrip("0") if trim else shown
    return point + shown if shown else ""
