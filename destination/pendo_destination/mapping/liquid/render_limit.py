"""Limits the work of one rendering of a template.

Segment stops a template after 500 ms (observed in published code). Here the size of every value that an
expression reads or makes is counted instead, so that a template fails at the same place on every machine. Values of
MAX_UNITS take less than 500 ms.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from liquid import RenderContext
from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.values import number
from pendo_destination.mapping.liquid.value import check_size, render_value, to_javascript

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A unit is a character. An element of an array and a member of an object count as ELEMENT units in addition, because
# they take about this many times as long as a character.
MAX_UNITS: Final = 2_000_000
ELEMENT: Final = 20

_DIGITS: Final = re.compile("[0-9]+")


class LimitedContext(RenderContext):
    """The context of one rendering, with the number of units that it has used."""

    __slots__ = ("units",)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.units = 0.0


def use(context: RenderContext, units: float) -> None:
    """Count units; raise FilterArgumentError if the rendering has used more than MAX_UNITS."""
    if isinstance(context, LimitedContext):
        context.units += units
        if not context.units <= MAX_UNITS:
            raise FilterArgumentError("template render limit exceeded", token=None)


def use_values(context: RenderContext, values: Iterable[Any]) -> None:
    """Count the sizes of values; a value that is contained several times counts each time."""
    pending = list(values)
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            use(context, len(value))
        elif isinstance(value, (list, dict)):
            use(context, ELEMENT * len(value))
            pending.extend(value)
            if isinstance(value, dict):
                pending.extend(value.values())


def use_filter(context: RenderContext, name: str, value: Any, arguments: Sequence[Any]) -> None:
    """Count the size of a filter's input and arguments, and the size of a result that can be much larger."""
    use_values(context, (value, *arguments))
    first = render_value(arguments[0]) if arguments else ""
    if name == "replace":
        text, other = render_value(value), render_value(arguments[1]) if len(arguments) > 1 else ""
        use(context, (text.count(first) if first else len(text)) * (len(other) + (0 if first else ELEMENT)))
    elif name == "split":
        text = render_value(value)
        use(context, ELEMENT * (text.count(first) if first else len(text)))
    elif name in {"join", "sum", "where"} and isinstance(value, list):
        use(context, len(value) * len(first))
    elif name.startswith("date"):
        use(context, sum(float(digits) for argument in arguments for digits in _DIGITS.findall(render_value(argument))))


def use_range(context: RenderContext, low: Any, high: Any) -> None:
    """Count the elements of a range such as `(1..3)`; raise FilterArgumentError if there are too many."""
    size = number(to_javascript(high)) - number(to_javascript(low)) + 1
    use(context, ELEMENT * check_size(size))
