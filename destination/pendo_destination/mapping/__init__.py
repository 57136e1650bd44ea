"""Segment's mapping kit: directives that turn an event into the payload of an action.

Every rule was observed in the published code of @segment/actions-core 3.170.0. Two things are not imitated: the key
`__proto__`, which JavaScript treats as the prototype, and letters newer than Python's Unicode version.
"""

from pendo_destination.mapping.resolver import compile_mapping, find_problems, transform

__all__ = ["compile_mapping", "find_problems", "transform"]
