"""What a trigger raises when Segment's code would fail."""

from __future__ import annotations

from typing import Any, Final

from pendo_destination.javascript.values import UNDEFINED, text


def unreadable_member(value: Any, name: str) -> str:
    """Say what Node says of reading a member of null or undefined."""
    return f"Cannot read properties of {text(value)} (reading '{name}')"


NOTHING_READ: Final = unreadable_member(UNDEFINED, "type")


class TriggerError(Exception):
    """A trigger that Segment cannot read, write or evaluate.

    `message` says what to do. `text` is the trigger's text and `column` the place of the error in it: 1 is the first
    character, len(text) + 1 the end. Both are absent (None and "") where the trigger was given as a tree.
    `segment_message` is the message of Segment's own error; Segment gives NOTHING_READ for most broken texts.
    """

    def __init__(
        self, message: str, *, column: int | None = None, text: str = "", segment_message: str = NOTHING_READ
    ) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.text = text
        self.segment_message = segment_message

    def __str__(self) -> str:
        if self.column is None:
            return self.message
        return f"{self.message}\n{pointed(self.text, self.column)}"


def pointed(text: str, column: int) -> str:
    """Show the line of a text that a column falls in, and a caret under that column."""
    start = text.rfind("\n", 0, column - 1) + 1
    line = text[start:].split("\n", 1)[0]
    return f"    {line}\n    {' ' * (column - 1 - start)}^ column {column}"
