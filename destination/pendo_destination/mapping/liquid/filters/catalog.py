"""All filters of Liquid: Segment allows some and disables others. A filter with an unknown name changes nothing."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, NoReturn

from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.values import UNDEFINED, number, truthy
from pendo_destination.mapping.liquid.filters.array import ARRAY_FILTERS, KEYWORD_ARRAY_FILTERS
from pendo_destination.mapping.liquid.filters.base64_and_sha256 import DIGEST_FILTERS
from pendo_destination.mapping.liquid.filters.date import DATE_FILTERS
from pendo_destination.mapping.liquid.filters.json import JSON_FILTERS
from pendo_destination.mapping.liquid.filters.number import NUMBER_FILTERS
from pendo_destination.mapping.liquid.filters.string import STRING_FILTERS
from pendo_destination.mapping.liquid.filters.url import URL_FILTERS
from pendo_destination.mapping.liquid.operator import is_true
from pendo_destination.mapping.liquid.value import to_javascript

if TYPE_CHECKING:
    from collections.abc import Callable

DISABLED: Final = (
    "array_to_sentence_string", "concat", "find", "find_exp", "find_index", "find_index_exp", "group_by",
    "group_by_exp", "has", "has_exp", "map", "newline_to_br", "reject", "reject_exp", "reverse", "sort",
    "sort_natural", "uniq", "where_exp", "type",
)  # fmt: skip


def default(value: Any, other: Any = UNDEFINED, *options: Any) -> Any:
    """Replace nil, false, "" and [] by another value; the option `allow_false: true` keeps false."""
    value = to_javascript(value)
    if isinstance(value, (str, list)):
        return value or other
    allow_false = [option for option in options if isinstance(option, list) and option[:1] == ["allow_false"]]
    return value if is_true(value) or (value is False and allow_false and truthy(allow_false[-1][-1])) else other


def _with_javascript_call(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a filter to be called as in JavaScript: surplus arguments are ignored, undefined ones become the default."""
    defaults = filter_.__defaults__ or ()
    takes_any_number = filter_.__code__.co_flags & inspect.CO_VARARGS

    def call(value: Any, *arguments: Any) -> Any:
        if takes_any_number:
            return filter_(value, *arguments)
        pairs = zip(arguments, defaults, strict=False)
        return filter_(value, *(fallback if argument is UNDEFINED else argument for argument, fallback in pairs))

    return call


def _without_keywords(filter_: Callable[..., Any]) -> Callable[..., Any]:
    return lambda value, *arguments: filter_(to_javascript(value), *map(to_javascript, arguments))


def _disabled(name: str) -> Callable[..., NoReturn]:
    def fail(*_arguments: Any) -> NoReturn:
        raise FilterArgumentError(f'filter "{name}" is disabled', token=None)

    return fail


_VALUE_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    **NUMBER_FILTERS,
    **STRING_FILTERS,
    **ARRAY_FILTERS,
    **DIGEST_FILTERS,
    **URL_FILTERS,
    "to_integer": number,
}
# These filters distinguish the keywords `nil`, `empty` and `blank` from JavaScript's values.
_KEYWORD_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    **KEYWORD_ARRAY_FILTERS,
    **DATE_FILTERS,
    **JSON_FILTERS,
    "default": default,
    "raw": lambda value: value,
}

FILTERS: Final[dict[str, Callable[..., Any]]] = {
    **{name: _without_keywords(_with_javascript_call(filter_)) for name, filter_ in _VALUE_FILTERS.items()},
    **{name: _with_javascript_call(filter_) for name, filter_ in _KEYWORD_FILTERS.items()},
    **{name: _disabled(name) for name in DISABLED},
}
