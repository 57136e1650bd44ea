"""Expressions of outputs and tags: operands, operators and filters, computed with the payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from liquid.exceptions import FilterArgumentError
from liquid.expression import Expression

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping.liquid.error import failure
from pendo_destination.mapping.liquid.operator import Operator, holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from liquid import RenderContext
    from liquid.token import Token

    from pendo_destination.mapping.liquid.reader import Filter, Reader, Step


class Value(Expression):
    """A value with its filters; the token is that of the tag, where liquidjs says that an error is."""

    def __init__(self, token: Token, postfix: Sequence[Step], filters: Iterable[Filter] = ()) -> None:
        super().__init__(token)
        self.postfix, self.filters = postfix, tuple(filters)

    @classmethod
    def read(cls, token: Token, reader: Reader) -> Self:
        """Read the rest of a tag."""
        return cls(token, reader.postfix(), reader.filters())

    def evaluate(self, context: RenderContext) -> Any:
        """Compute the value; raise DirectiveError if a filter refuses it."""
        try:
            return self._computed(context)
        except FilterArgumentError as error:
            raise failure("RenderError", str(error.message), self.token.source, self.token.start_index) from error

    def children(self) -> list[Expression]:
        """Return nothing: the library's analysis of templates is not used."""
        return []

    def _computed(self, context: RenderContext) -> Any:
        value = computed(self.postfix, context)
        for name, arguments in self.filters:
            filter_ = context.filter(name, token=None)
            value = filter_(value, *(argument(context) for argument in arguments))
        return value


class Condition(Value):
    """What `if` and `unless` ask: whether a value is neither nil nor false."""

    def evaluate(self, context: RenderContext) -> bool:
        """Compute the condition."""
        return holds(super().evaluate(context))


def computed(postfix: Sequence[Step], context: RenderContext) -> Any:
    """Compute operators in postfix order; of several values without an operator between them the first counts."""
    values: list[Any] = []
    for step in postfix:
        if isinstance(step, Operator):
            right_to_left = [values.pop() if values else UNDEFINED for _ in range(step.takes)]
            values.append(step.compute(*reversed(right_to_left)))
        else:
            values.append(step(context))
    return values[0]
