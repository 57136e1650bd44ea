"""The tree of a trigger in Segment's format: groups of conditions, each on one field of an event.

A group is {"type": "group", "operator": "and" or "or", "children": [...]}. A condition is
{"type": "event-property", "name": "plan", "operator": "=", "value": "pro"}; `name` and `value` are optional.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from pendo_destination.javascript.values import Undefined

if TYPE_CHECKING:
    from collections.abc import Mapping

Tree: TypeAlias = dict[str, Any]
# Empty parentheses leave an undefined child; a tree from another source may contain null.
Node: TypeAlias = Tree | Undefined | None

_NULL: Final = {("=", "null"): "not_exists", ("!=", "null"): "exists"}
_BOOLEAN: Final = {("=", "true"): "is_true", ("=", "false"): "is_false"}


class Field(NamedTuple):
    """A field of an event that a condition can test.

    `head` is its name in a text and in the event, `type` its name in a tree. A condition on a field with `has_path`
    tests one member; the tree calls the member's path `name`. `shorthands` maps an operator and a value in the text
    to the single operator that a tree has for them.
    """

    head: str
    type: str
    shorthands: Mapping[tuple[str, str], str] = MappingProxyType({})
    has_path: bool = False

    def condition(self, path: str, operator: str, **value: Any) -> Tree:
        """Return the condition on this field for a path in the text."""
        name = {"name": path.removeprefix(f"{self.head}.")} if self.has_path else {}
        return {"type": self.type, **name, "operator": operator, **value}


_FIELDS: Final = (
    Field("type", "event-type"),
    Field("event", "event"),
    Field("name", "name", _NULL),
    Field("userId", "userId", _NULL | _BOOLEAN),
    Field("properties", "event-property", _NULL | _BOOLEAN, has_path=True),
    Field("traits", "event-trait", _NULL | _BOOLEAN, has_path=True),
    Field("context", "event-context", _NULL | _BOOLEAN, has_path=True),
)
FIELDS: Final = "type, event, name, userId, properties.*, traits.* and context.*"
BY_HEAD: Final = {field.head: field for field in _FIELDS}
BY_TYPE: Final = {field.type: field for field in _FIELDS}

# Segment's code reduces a text that it cannot read to a tree with an error, which matches no event.
NEVER: Final[Tree] = {"error": "unreadable"}


def sole_type(tree: Tree) -> str | None:
    """Return the event type if a trigger tests only the type, else None."""
    match tree:
        case {"type": "group", "operator": "and" | "or", "children": [{"type": "event-type", "operator": "=", **more}]}:
            return str(more.get("value"))
        case _:
            return None
