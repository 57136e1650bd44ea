"""Segment's mapping kit: directives that turn an event into the payload of an action."""

from destination.mapping.directive import DirectiveError
from destination.mapping.problem import MappingError, Problem
from destination.mapping.resolver import compile_mapping, find_problems, transform

__all__ = ["DirectiveError", "MappingError", "Problem", "compile_mapping", "find_problems", "transform"]
