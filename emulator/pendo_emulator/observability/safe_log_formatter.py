"""Formats log messages and tracebacks so that the values of senders in them cannot act on a terminal or forge lines."""

from __future__ import annotations

from logging import Formatter
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import visible

if TYPE_CHECKING:
    from logging import LogRecord
    from typing import Any

MAX_LENGTH: Final = 4000


class SafeLogFormatter(Formatter):
    """A formatter that writes a message as one line without control characters, and a traceback as safe lines."""

    def formatMessage(self, record: LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the message as one line."""
        return visible(super().formatMessage(record), MAX_LENGTH)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is logging's
        """Return the lines of a traceback, indented: a line break in a value starts no log line."""
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"  {visible(line, MAX_LENGTH)}" for line in lines)
