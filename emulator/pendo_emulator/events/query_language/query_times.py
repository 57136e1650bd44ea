"""The times of the query language: an age, a date and time, or milliseconds since 1970."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

_AGE: Final = re.compile(r"(\d{1,9})([smhd])", re.ASCII)
_MILLISECONDS: Final = re.compile(r"\d{1,15}", re.ASCII)
_UNITS: Final = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def read_time(text: str, now: int) -> int | None:
    """Return a time in milliseconds since 1970, None for another text; an age is relative to `now`.

    A date and time without an offset is in UTC.
    """
    if age := _AGE.fullmatch(text):
        return now - int(age[1]) * _UNITS[age[2]]
    if _MILLISECONDS.fullmatch(text):
        return int(text)
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return None
