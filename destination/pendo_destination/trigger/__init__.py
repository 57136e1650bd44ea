"""Segment's trigger language (FQL): a text is read into a tree, compiled into a predicate, printed again."""

from pendo_destination.trigger.ambiguity import Misreading, warnings
from pendo_destination.trigger.parser import parse
from pendo_destination.trigger.predicate import Predicate, compile_trigger
from pendo_destination.trigger.printer import print_trigger
from pendo_destination.trigger.tree import NEVER, Tree, sole_type

__all__ = [
    "NEVER",
    "Misreading",
    "Predicate",
    "Tree",
    "compile_trigger",
    "parse",
    "print_trigger",
    "sole_type",
    "warnings",
]
