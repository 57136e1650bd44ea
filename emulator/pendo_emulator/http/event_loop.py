"""The listener's event loop: uvloop if it is installed, else asyncio's own event loop."""

from __future__ import annotations

import asyncio
import sys


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return a new event loop; uvloop has no release for Windows."""
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    try:
        import uvloop  # noqa: PLC0415 - missing on some platforms
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
