"""Values of outputs and tags with their filters, evaluated with the payload; conditions of tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from liquid.exceptions import FilterArgumentError
from liquid.expression import Expression

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping.liquid.error import template_error
from pendo_destination.mapping.liquid.operator import Operator, is_true
from pendo_destination.mapping.liquid.render_limit import use_filter, use_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from liquid import RenderContext
    from liquid.token import Token

    from pendo_destination.mapping.liquid.expression_parser import ExpressionParser, FilterCall, Step


class FilteredValue(Expression):
    """A value with its filters; errors name the position of the tag `token`, as in liquidjs."""

    def __init__(self, token: Token, steps: Sequence[Step], filters: Iterable[FilterCall] = ()) -> None:
        super().__init__(token)
        self.steps, self.filters = steps, tuple(filters)

    @classmethod
    def parse(cls, token: Token, parser: ExpressionParser) -> Self:
        """Parse the rest of a tag."""
        return cls(token, parser.parse_steps(), parser.parse_filters())

    def evaluate(self, context: RenderContext) -> Any:
        """Return the value; raise ConfigurationError if a filter fails."""
        try:
            return self._apply_filters(context)
        except FilterArgumentError as error:
            message = str(error.message)
            raise template_error("RenderError", message, self.token.source, self.token.start_index) from error

    def children(self) -> list[Expression]:
        """Return nothing: the library's analysis of templates is not used."""
        return []

    def _apply_filters(self, context: RenderContext) -> Any:
        value = evaluate_steps(self.steps, context)
        for name, arguments in self.filters:
            filter_ = context.filter(name, token=None)
            values = [argument(context) for argument in arguments]
            use_filter(context, name, value, values)
            value = filter_(value, *values)
        use_values(context, (value,))
        return value


class Condition(FilteredValue):
    """The condition of `if` and `unless`: whether a value is neither nil nor false."""

    def evaluate(self, context: RenderContext) -> bool:
        """Return whether the condition holds."""
        return is_true(super().evaluate(context))


def evaluate_steps(steps: Sequence[Step], context: RenderContext) -> Any:
    """Evaluate operands and operators in postfix order; without an operator between them the first operand counts."""
    values: list[Any] = []
    for step in steps:
        if isinstance(step, Operator):
            right_to_left = [values.pop() if values else UNDEFINED for _ in range(step.arity)]
            use_values(context, right_to_left)
            values.append(step.compute(*reversed(right_to_left)))
        else:
            values.append(step(context))
    return values[0]
