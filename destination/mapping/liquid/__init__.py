"""`@liquid`: Liquid templates with JavaScript's values, the disabled tags and filters refused."""

from destination.mapping.liquid.directive import compile_liquid

__all__ = ["compile_liquid"]
