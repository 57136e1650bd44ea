"""The blueprint of the timeline with all its views."""

from __future__ import annotations

from pendo_emulator.control.timeline.pages import timeline
from pendo_emulator.control.timeline.stream import stream_all, stream_key

__all__ = ["stream_all", "stream_key", "timeline"]
