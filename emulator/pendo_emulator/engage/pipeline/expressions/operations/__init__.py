"""Compiles the operations of expressions into functions that are specialised for their operands."""
