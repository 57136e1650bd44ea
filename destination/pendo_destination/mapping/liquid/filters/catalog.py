"""All of Liquid's filters: those Segment allows and those it disables; any other name passes its value through."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, NoReturn

from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.values import UNDEFINED, number, truthy
from pendo_destination.mapping.liquid.filters.array import ARRAY_FILTERS, WORD_FILTERS
from pendo_destination.mapping.liquid.filters.date import DATE_FILTERS
from pendo_destination.mapping.liquid.filters.digest import DIGEST_FILTERS
from pendo_destination.mapping.liquid.filters.json import JSON_FILTERS
from pendo_destination.mapping.liquid.filters.number import NUMBER_FILTERS
from pendo_destination.mapping.liquid.filters.string import STRING_FILTERS
from pendo_destination.mapping.liquid.filters.url import URL_FILTERS
from pendo_destination.mapping.liquid.operator import holds
from pendo_destination.mapping.liquid.value import plain

if TYPE_CHECKING:
    from collections.abc import Callable

DISABLED: Final = (
    "array_to_sentence_string", "concat", "find", "find_exp", "find_index", "find_index_exp", "group_by",
    "group_by_exp", "has", "has_exp", "map", "newline_to_br", "reject", "reject_exp", "reverse", "sort",
    "sort_natural", "uniq", "where_exp", "type",
)  # fmt: skip


def default(value: Any, other: Any = UNDEFINED, *options: Any) -> Any:
    """Put another value in place of nil, false, "" and []; false may be allowed."""
    value = plain(value)
    if isinstance(value, (str, list)):
        return value or other
    named = [option for option in options if isinstance(option, list) and option[:1] == ["allow_false"]]
    return value if holds(value) or (value is False and named and truthy(named[-1][-1])) else other


def _called(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Call a filter as JavaScript would: surplus arguments are ignored, undefined ones left to their defaults."""
    defaults = filter_.__defaults__ or ()
    varies = filter_.__code__.co_flags & inspect.CO_VARARGS

    def call(value: Any, *arguments: Any) -> Any:
        if varies:
            return filter_(value, *arguments)
        given = (
            fallback if given is UNDEFINED else given for given, fallback in zip(arguments, defaults, strict=False)
        )
        return filter_(value, *given)

    return call


def _plain(filter_: Callable[..., Any]) -> Callable[..., Any]:
    return lambda value, *arguments: filter_(plain(value), *map(plain, arguments))


def _disabled(name: str) -> Callable[..., NoReturn]:
    def refuse(*_arguments: Any) -> NoReturn:
        raise FilterArgumentError(f'filter "{name}" is disabled', token=None)

    return refuse


_VALUE_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    **NUMBER_FILTERS,
    **STRING_FILTERS,
    **ARRAY_FILTERS,
    **DIGEST_FILTERS,
    **URL_FILTERS,
    "to_integer": number,
}
_WORD_FILTERS: Final[dict[str, Callable[..., Any]]] = {  # these tell `nil`, `empty` and `blank` from their values
    **WORD_FILTERS,
    **DATE_FILTERS,
    **JSON_FILTERS,
    "default": default,
    "raw": lambda value: value,
}

FILTERS: Final[dict[str, Callable[..., Any]]] = {
    **{name: _plain(_called(filter_)) for name, filter_ in _VALUE_FILTERS.items()},
    **{name: _called(filter_) for name, filter_ in _WORD_FILTERS.items()},
    **{name: _disabled(name) for name in DISABLED},
}
