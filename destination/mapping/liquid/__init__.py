"""`@liquid`: Liquid templates with JavaScript's values, and without the tags and filters that Segment disables.

Not imitated of liquidjs: comparisons between two types, backslashes in string literals, dates written in words.
"""

from destination.mapping.liquid.template import compile_liquid

__all__ = ["compile_liquid"]
