"""All of Liquid's filters: those Segment allows and those it disables; any other name passes its value through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from liquid.exceptions import FilterArgumentError

from destination.javascript import UNDEFINED, is_nullish, number, stringify, truthy
from destination.mapping.liquid.array import ARRAY_FILTERS
from destination.mapping.liquid.date import DATE_FILTERS
from destination.mapping.liquid.number import NUMBER_FILTERS
from destination.mapping.liquid.string import STRING_FILTERS
from destination.mapping.liquid.value import plain

if TYPE_CHECKING:
    from collections.abc import Callable

DISABLED: Final = (
    "array_to_sentence_string", "concat", "find", "find_exp", "find_index", "find_index_exp", "group_by",
    "group_by_exp", "has", "has_exp", "map", "newline_to_br", "reject", "reject_exp", "reverse", "sort",
    "sort_natural", "uniq", "where_exp", "type",
)  # fmt: skip


def default(value: Any, other: Any = UNDEFINED, *, allow_false: Any = False) -> Any:
    """Put another value in place of nil, false, "" and []; false may be allowed."""
    if isinstance(value, (str, list)):
        return value or other
    absent = is_nullish(value) or (value is False and not truthy(allow_false))
    return other if absent else value


def _called(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Call a filter as JavaScript would: surplus arguments ignored, undefined ones left to their defaults."""
    takes, named = filter_.__code__.co_argcount - 1, filter_.__kwdefaults__ or {}

    def call(value: Any, *arguments: Any, **options: Any) -> Any:
        given = [plain(argument) for argument in arguments[:takes]]
        while given and given[-1] is UNDEFINED:
            given.pop()
        return filter_(plain(value), *given, **{name: plain(options[name]) for name in named if name in options})

    return call


def _disabled(name: str) -> Callable[..., NoReturn]:
    def refuse(*_arguments: Any, **_options: Any) -> NoReturn:
        raise FilterArgumentError(f'filter "{name}" is disabled', token=None)

    return refuse


_MORE_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "default": default,
    "inspect": stringify,
    "json": stringify,
    "jsonify": stringify,
    "raw": lambda value: value,
    "to_integer": number,
}
_ALLOWED: Final = {**NUMBER_FILTERS, **STRING_FILTERS, **ARRAY_FILTERS, **DATE_FILTERS, **_MORE_FILTERS}

FILTERS: Final[dict[str, Callable[..., Any]]] = {
    **{name: _called(filter_) for name, filter_ in _ALLOWED.items()},
    **{name: _disabled(name) for name in DISABLED},
}
