"""The expressions of the aggregation language: parses texts into trees, compiles trees into functions, prints trees."""

from pendo_emulator.engage.pipeline.expressions.compiler import (
    compile_condition,
    compile_expression,
    compile_filter,
)
from pendo_emulator.engage.pipeline.expressions.context import App, ExpressionContext
from pendo_emulator.engage.pipeline.expressions.error import ExpressionError
from pendo_emulator.engage.pipeline.expressions.fields import field_path, split_path
from pendo_emulator.engage.pipeline.expressions.parser import parse_expression
from pendo_emulator.engage.pipeline.expressions.printer import print_expression

__all__ = [
    "App",
    "ExpressionContext",
    "ExpressionError",
    "compile_condition",
    "compile_expression",
    "compile_filter",
    "field_path",
    "parse_expression",
    "print_expression",
    "split_path",
]
