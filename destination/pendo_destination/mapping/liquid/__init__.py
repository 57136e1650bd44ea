"""`@liquid`: Liquid templates, rendered and rejected as Segment's liquidjs does.

The Liquid library builds and renders the tree of tags. Tokens, expressions and filters follow liquidjs 10.27.
"""

from pendo_destination.mapping.liquid.liquid_directive import compile_liquid

__all__ = ["compile_liquid"]
