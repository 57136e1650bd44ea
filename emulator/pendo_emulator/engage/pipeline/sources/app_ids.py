"""Reads the parameter `appId` of a source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.document import type_name

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.step import Reading

_NUMBER: Final = re.compile(r"\s*(-?\d{1,20})\s*")


def read_app_ids(part: Part, reading: Reading) -> frozenset[int] | None:
    """Return the ids of the applications, or None for all.

    They are a number, a list of numbers or of numeric strings (observed), or an expression such as `expandAppIds("*")`.
    An expression gives all applications if the context has none.
    """
    value = part.value
    if value is None:
        return None
    if isinstance(value, str):
        if number := _NUMBER.fullmatch(value):
            return frozenset({int(number[1])})
        value = reading.expression(part, "appId")({})
        if not reading.context.apps:
            return None
        values = value if isinstance(value, list) else [value]
        return frozenset(_app_id(item, part) for item in values)
    if isinstance(value, list):
        return frozenset(_app_id(item.value, item) for item in part.items("appId"))
    return frozenset({_app_id(value, part)})


def _app_id(value: Any, part: Part) -> int:
    if isinstance(value, str) and (number := _NUMBER.fullmatch(value)):
        return int(number[1])
    if type(value) is not int:
        raise part.error(f"the id of an application is a whole number, not {type_name(value)}")
    return value
