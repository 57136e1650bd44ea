"""Directs log messages to stderr, in safe lines that never block the caller."""

from __future__ import annotations

import logging

from pendo_emulator.observability.nonblocking_stderr import LOG_STREAM
from pendo_emulator.observability.safe_log_formatter import SafeLogFormatter


def set_up_log() -> None:
    """Log from level INFO on; do nothing if the program has set up its log already."""
    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.INFO, stream=LOG_STREAM)
        for handler in logging.getLogger().handlers:
            handler.setFormatter(SafeLogFormatter())
