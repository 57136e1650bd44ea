"""`@liquid`: Liquid templates as Segment's liquidjs renders and refuses them.

The Liquid library builds and renders the tree of tags; marks, expressions and filters follow liquidjs 10.27.
"""

from pendo_destination.mapping.liquid.template import compile_liquid

__all__ = ["compile_liquid"]
