"""A trigger's tree, in the shape Segment writes it: groups of conditions, each on one field of an event.

A group is {"type": "group", "operator": "and" or "or", "children": [...]}, a condition is
{"type": "event-property", "name": "plan", "operator": "=", "value": "pro"}, the name and the value where it has one.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from pendo_destination.javascript.values import Undefined

if TYPE_CHECKING:
    from collections.abc import Mapping

Tree: TypeAlias = dict[str, Any]
# Empty parentheses leave an undefined child, a tree made elsewhere may hold null.
Node: TypeAlias = Tree | Undefined | None

_NULL: Final = {("=", "null"): "not_exists", ("!=", "null"): "exists"}
_BOOLEAN: Final = {("=", "true"): "is_true", ("=", "false"): "is_false"}


class Field(NamedTuple):
    """A field of an event that a condition may ask about.

    `head` is its name in a text and in the event, `type` its name in a tree; a pathed field is asked about one member,
    whose path the tree calls `name`. `shorthands` are the operator and value that a tree writes as one operator.
    """

    head: str
    type: str
    shorthands: Mapping[tuple[str, str], str] = MappingProxyType({})
    pathed: bool = False

    def condition(self, path: str, operator: str, **value: Any) -> Tree:
        """Make a condition on this field, which a text calls `path`."""
        name = {"name": path.removeprefix(f"{self.head}.")} if self.pathed else {}
        return {"type": self.type, **name, "operator": operator, **value}


_FIELDS: Final = (
    Field("type", "event-type"),
    Field("event", "event"),
    Field("name", "name", _NULL),
    Field("userId", "userId", _NULL | _BOOLEAN),
    Field("properties", "event-property", _NULL | _BOOLEAN, pathed=True),
    Field("traits", "event-trait", _NULL | _BOOLEAN, pathed=True),
    Field("context", "event-context", _NULL | _BOOLEAN, pathed=True),
)
FIELDS: Final = "type, event, name, userId, properties.*, traits.* and context.*"
BY_HEAD: Final = {field.head: field for field in _FIELDS}
BY_TYPE: Final = {field.type: field for field in _FIELDS}

# What Segment's code leaves of a text that it cannot read: it matches nothing.
NEVER: Final[Tree] = {"error": "unreadable"}


def sole_type(tree: Tree) -> str | None:
    """Name the event type, where a trigger asks for that and nothing else."""
    match tree:
        case {"type": "group", "operator": "and" | "or", "children": [{"type": "event-type", "operator": "=", **more}]}:
            return str(more.get("value"))
        case _:
            return None
