"""Segment's trigger language (FQL): a text is read into a tree, compiled into a predicate, printed again."""

from destination.trigger.error import TriggerError
from destination.trigger.misreading import Misreading, warnings
from destination.trigger.parser import parse
from destination.trigger.predicate import Predicate, compile_trigger
from destination.trigger.printer import print_trigger
from destination.trigger.tree import NEVER, Tree, sole_type

__all__ = [
    "NEVER",
    "Misreading",
    "Predicate",
    "Tree",
    "TriggerError",
    "compile_trigger",
    "parse",
    "print_trigger",
    "sole_type",
    "warnings",
]
