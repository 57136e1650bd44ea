"""What Liquid's tags do when they are rendered, where the library would do something else than liquidjs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from liquid.ast import Node
from liquid.builtin import output
from liquid.builtin.tags import cycle_tag
from liquid.exceptions import StopRender

from pendo_destination.javascript.values import UNDEFINED, is_number, text, truthy
from pendo_destination.mapping.liquid.value import written

if TYPE_CHECKING:
    from typing import TextIO

    from liquid import RenderContext
    from liquid.token import Token


class OutputNode(output.OutputNode):
    """Writes a value as JavaScript does."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value."""
        return buffer.write(written(self.expression.evaluate(context)))


class CounterNode(Node):
    """Counts on from a number of the payload's that has the name; liquidjs would change the payload, too."""

    def __init__(self, token: Token, name: str, step: int) -> None:
        super().__init__(token)
        self.name, self.step = name, step

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the number before an increment or after a decrement."""
        found: Any = context.counters.get(self.name, context.globals.get(self.name))
        before: Any = found if is_number(found) else 0
        context.counters[self.name] = before + self.step
        return buffer.write(written(min(before, before + self.step)))


class CycleNode(cycle_tag.CycleNode):
    """Writes nothing of a falsy value; cycles of one group and size share their place, whatever their values."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value whose turn it is."""
        group = text(self.group.evaluate(context) if self.group else UNDEFINED)
        value = self.args[context.cycle((group, len(self.args)), len(self.args))].evaluate(context)
        return buffer.write(written(value)) if truthy(value) else 0


class EndNode(Node):
    """Ends the template."""

    def render_to_output(self, _context: RenderContext, _buffer: TextIO) -> NoReturn:
        """Stop rendering."""
        raise StopRender
