"""All functions by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import counted, visible
from pendo_emulator.engage.pipeline.expressions.error import ExpressionError
from pendo_emulator.engage.pipeline.expressions.functions import dates, lists, pendo_ids, strings, types

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.expressions.functions.function import Function

FAMILIES: Final[dict[str, tuple[Function, ...]]] = {
    "Types and conditions": types.FUNCTIONS,
    "Strings": strings.FUNCTIONS,
    "Lists": lists.FUNCTIONS,
    "Dates and times": dates.FUNCTIONS,
    "Pendo's ids": pendo_ids.FUNCTIONS,
}
FUNCTIONS: Final = {function.name: function for functions in FAMILIES.values() for function in functions}


def _letters(name: str) -> str:
    return name.replace("_", "").lower()


# `date_add` and `dateadd` mean `dateAdd`.
_BY_LETTERS: Final = {_letters(name): name for name in FUNCTIONS}


def check_call(name: str, count: int, column: int) -> None:
    """Raise ExpressionError if no function has this name and takes this number of arguments."""
    function = FUNCTIONS.get(name)
    if function is None:
        near = _BY_LETTERS.get(_letters(name)) or nearest(name, FUNCTIONS)
        advice = f"write {near}" if near else f"use one of {', '.join(sorted(FUNCTIONS))}"
        raise ExpressionError(f"no function is called {visible(name, 60)}: {advice}", column)
    if count < function.fewest:
        least = counted(function.fewest, "argument")
        raise ExpressionError(f"give {name} at least {least}: {function.syntax}", column)
    if function.most is not None and count > function.most:
        most = f"at most {counted(function.most, 'argument')}" if function.most else "no argument"
        raise ExpressionError(f"give {name} {most}: {function.syntax}", column)
