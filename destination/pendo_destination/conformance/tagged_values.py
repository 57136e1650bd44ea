"""Tags JavaScript values that JSON cannot represent: each becomes an object with one `$` key."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from pendo_destination.javascript.values import UNDEFINED, iso_date


def function() -> None:
    """Do nothing: this represents every JavaScript function, because recordings do not contain the functions."""


def untag(value: Any) -> Any:
    """Replace every tagged object, at any depth, by the value it represents."""
    match value:
        case {"$undefined": True} if len(value) == 1:
            return UNDEFINED
        case {"$nan": True} if len(value) == 1:
            return math.nan
        case {"$inf": 1 | -1 as sign} if len(value) == 1:
            return sign * math.inf
        case {"$date": str(iso)} if len(value) == 1:
            return dt.datetime.fromisoformat(iso)
        case {"$function": True} if len(value) == 1:
            return function
        case dict():
            return {key: untag(item) for key, item in value.items()}
        case list():
            return [untag(item) for item in value]
        case _:
            return value


def tag(value: Any) -> Any:
    """Replace values that JSON cannot represent by tagged objects; the inverse of `untag`."""
    match value:
        case dict():
            return {key: tag(item) for key, item in value.items()}
        case list():
            return [tag(item) for item in value]
        case float() if math.isnan(value):
            return {"$nan": True}
        case float() if math.isinf(value):
            return {"$inf": 1 if value > 0 else -1}
        case dt.datetime():
            return {"$date": iso_date(value)}
        case _ if value is UNDEFINED:
            return {"$undefined": True}
        case _ if callable(value):
            return {"$function": True}
        case _:
            return value
