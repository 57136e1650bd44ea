"""Liquid's JSON filters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import Undefined, is_number
from pendo_destination.mapping.liquid.value import Drop, count

if TYPE_CHECKING:
    from collections.abc import Callable

_PART: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\[\]|\{\}|[][{}:,]')


def jsonified(value: Any, space: Any = 0) -> Any:
    """Write JSON as JSON.stringify does, on one line or indented; Liquid's own words are empty objects."""
    compact = stringify(_shown(value))
    blanks = " " * min(max(count(space), 0), 10) if is_number(space) else space if isinstance(space, str) else ""
    return compact if not blanks or isinstance(compact, Undefined) else laid_out(compact, blanks[:10])


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return {} if isinstance(value, Drop) else value


def laid_out(compact: str, indent: str) -> str:
    """Put every member and element of a JSON text on a line of its own."""
    depth = 0

    def spaced(part: re.Match[str]) -> str:
        nonlocal depth
        sign = part.group()
        depth += (sign in "[{") - (sign in "]}")
        line = "\n" + indent * depth
        if sign in "]}":
            return line + sign
        return sign + (line if sign in "[{," else " " if sign == ":" else "")

    return _PART.sub(spaced, compact)


JSON_FILTERS: Final[dict[str, Callable[..., Any]]] = dict.fromkeys(("inspect", "json", "jsonify"), jsonified)
