"""Log lines at a terminal that shows a progress line."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.terminal.progress_line import ProgressLine


@contextmanager
def log_above(progress: ProgressLine) -> Iterator[None]:
    """Write warnings and errors of all logs above a progress line, until the block ends.

    Without a handler, logging writes them to stderr, so that they would continue the progress line.
    """
    handler = _ProgressHandler(progress)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)


class _ProgressHandler(logging.Handler):
    def __init__(self, progress: ProgressLine) -> None:
        super().__init__(logging.WARNING)
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._progress.write_above(self.format(record))
        except OSError:
            self.handleError(record)
