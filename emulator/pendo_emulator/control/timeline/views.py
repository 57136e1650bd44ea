"""The blueprint of the timeline with all its views."""

from __future__ import annotations

from pendo_emulator.control.timeline.detail import show_event, show_event_of_key
from pendo_emulator.control.timeline.pages import timeline
from pendo_emulator.control.timeline.stream import stream_all, stream_key
from pendo_emulator.control.timeline.transfer import export_all, export_key, import_into_key

__all__ = [
    "export_all",
    "export_key",
    "import_into_key",
    "show_event",
    "show_event_of_key",
    "stream_all",
    "stream_key",
    "timeline",
]
