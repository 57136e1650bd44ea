"""The error of an expression that cannot be read."""

from __future__ import annotations

from pendo_emulator.errors import EmulatorError


class ExpressionError(EmulatorError):
    """An expression cannot be read; `message` says what to do, and `column` 1 is the first character.

    The column of a text that ends too early is one more than its length.
    """

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.message = message
        self.column = column
