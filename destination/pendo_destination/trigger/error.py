"""The error of a trigger on which Segment's own code fails."""

from __future__ import annotations

from typing import Any, Final

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import UNDEFINED, text


def unreadable_member(value: Any, name: str) -> str:
    """Return Node's error message for reading a member of null or undefined."""
    return f"Cannot read properties of {text(value)} (reading '{name}')"


NOTHING_READ: Final = unreadable_member(UNDEFINED, "type")


def trigger_error(
    message: str, *, column: int | None = None, text: str = "", segment_message: str = NOTHING_READ
) -> ConfigurationError:
    """Return the error for a trigger; Segment's message is NOTHING_READ for most texts that cannot be read."""
    return ConfigurationError(message, kind="trigger", column=column, text=text, segment_message=segment_message)
