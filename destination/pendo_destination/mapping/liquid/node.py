"""Nodes of a template that render as in liquidjs; they replace nodes of the Liquid library that render differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from liquid.ast import Node
from liquid.builtin import output
from liquid.builtin.tags import cycle_tag
from liquid.exceptions import StopRender

from pendo_destination.javascript.values import UNDEFINED, is_number, text, truthy
from pendo_destination.mapping.liquid.value import render_value

if TYPE_CHECKING:
    from typing import TextIO

    from liquid import RenderContext
    from liquid.token import Token


class OutputNode(output.OutputNode):
    """Writes a value like JavaScript."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value."""
        return buffer.write(render_value(self.expression.evaluate(context)))


class CounterNode(Node):
    """Counts up or down from the payload's number of that name; unlike liquidjs, it does not change the payload."""

    def __init__(self, token: Token, name: str, step: int) -> None:
        super().__init__(token)
        self.name, self.step = name, step

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the number before an increment or after a decrement."""
        counter: Any = context.counters.get(self.name, context.globals.get(self.name))
        before: Any = counter if is_number(counter) else 0
        context.counters[self.name] = before + self.step
        return buffer.write(render_value(min(before, before + self.step)))


class CycleNode(cycle_tag.CycleNode):
    """Writes its values in turn, a falsy value as ""; cycles with the same group and size share their counter."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the next value."""
        group = text(self.group.evaluate(context) if self.group else UNDEFINED)
        value = self.args[context.cycle((group, len(self.args)), len(self.args))].evaluate(context)
        return buffer.write(render_value(value)) if truthy(value) else 0


class StopNode(Node):
    """Stops rendering the template."""

    def render_to_output(self, _context: RenderContext, _buffer: TextIO) -> NoReturn:
        """Raise StopRender."""
        raise StopRender
