"""Liquid's JSON filters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import Undefined, is_number
from pendo_destination.mapping.liquid.value import Keyword, to_integer

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\[\]|\{\}|[][{}:,]')


def to_json(value: Any, space: Any = 0) -> Any:
    """Write JSON as JSON.stringify does, on one line or indented; keywords become empty objects."""
    compact = stringify(_replace_keywords(value))
    indent = " " * min(max(to_integer(space), 0), 10) if is_number(space) else space if isinstance(space, str) else ""
    return compact if not indent or isinstance(compact, Undefined) else indent_json(compact, indent[:10])


def _replace_keywords(value: Any) -> Any:
    if isinstance(value, list):
        return [_replace_keywords(item) for item in value]
    return {} if isinstance(value, Keyword) else value


def indent_json(compact: str, indent: str) -> str:
    """Put every member and element of a JSON text on a separate line."""
    depth = 0

    def add_space(token: re.Match[str]) -> str:
        nonlocal depth
        sign = token.group()
        depth += (sign in "[{") - (sign in "]}")
        line = "\n" + indent * depth
        if sign in "]}":
            return line + sign
        return sign + (line if sign in "[{," else " " if sign == ":" else "")

    return _TOKEN.sub(add_space, compact)


JSON_FILTERS: Final[dict[str, Callable[..., Any]]] = dict.fromkeys(("inspect", "json", "jsonify"), to_json)
