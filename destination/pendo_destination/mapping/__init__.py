"""Segment's mapping kit: directives that turn an event into the payload of an action.

Every rule was observed in the published code of @segment/actions-core 3.170.0. Not imitated: `__proto__` as a key,
which JavaScript takes for the prototype, and the letters of Unicode that Python does not know yet.
"""

from pendo_destination.mapping.resolver import compile_mapping, find_problems, transform

__all__ = ["compile_mapping", "find_problems", "transform"]
