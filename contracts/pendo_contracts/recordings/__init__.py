"""Recordings: files of recorded requests, read into Envelopes."""

from typing import TYPE_CHECKING

from pendo_contracts.common.lazy_names import lazy_names as _lazy_names

if TYPE_CHECKING:
    from pendo_contracts.recordings.entry import Entry, RecordingError
    from pendo_contracts.recordings.reading import read_recording

__all__ = ["Entry", "RecordingError", "read_recording"]

__getattr__ = _lazy_names(__name__, {"entry": ("Entry", "RecordingError"), "reading": ("read_recording",)})
