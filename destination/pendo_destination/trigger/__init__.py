"""Segment's trigger language (FQL): parses texts into trees, compiles trees into predicates, prints and lints them."""

from pendo_destination.trigger.ambiguity import Ambiguity, find_failures, lint
from pendo_destination.trigger.parser import parse
from pendo_destination.trigger.predicate import Predicate, compile_trigger
from pendo_destination.trigger.printer import print_trigger
from pendo_destination.trigger.tree import NEVER, Tree, sole_type

__all__ = [
    "NEVER",
    "Ambiguity",
    "Predicate",
    "Tree",
    "compile_trigger",
    "find_failures",
    "lint",
    "parse",
    "print_trigger",
    "sole_type",
]
