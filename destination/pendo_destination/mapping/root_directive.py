"""The root of a mapping, which Segment expands before it reads any directive."""

from __future__ import annotations

from typing import Any, Final

from pendo_destination.javascript.json import in_key_order
from pendo_destination.javascript.utf16 import utf16_units
from pendo_destination.javascript.values import is_nullish
from pendo_destination.mapping.directive import directive_error

ROOT_KEY: Final = "__segment_internal_directive"


def expand_root(mapping: Any) -> Any:
    """Spread a mapping into an object.

    If it has a directive under ROOT_KEY, return that directive, with the other members as its option `mapping`.
    Raises ConfigurationError for null, undefined and for a root directive that Segment rejects.
    """
    members = _spread(mapping)
    if ROOT_KEY not in members:
        return members
    others = {key: member for key, member in members.items() if key != ROOT_KEY}
    root = members[ROOT_KEY]
    directive = _spread(root)
    if len(directive) > 1:
        raise directive_error("The root mapping must only have a single directive object")
    name, options = next(iter(directive.items()), ("", None))
    if not isinstance(options, (dict, list)):
        raise directive_error("The root directive must be an object")
    options = {**options, "mapping": others} if isinstance(options, dict) else options
    return [options] if isinstance(root, list) else {name: options}


def _spread(mapping: Any) -> dict[str, Any]:
    match mapping:
        case dict():
            return dict(in_key_order(mapping))
        case list():
            return {str(index): item for index, item in enumerate(mapping)}
        case str():
            return {str(index): unit for index, unit in enumerate(utf16_units(mapping))}
        case _ if is_nullish(mapping):
            raise directive_error("Cannot convert undefined or null to object", name="TypeError")
        case _:
            return {}
