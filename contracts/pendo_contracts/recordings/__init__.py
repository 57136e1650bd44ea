"""Recordings: files of recorded requests, read into Envelopes."""

from pendo_contracts.recordings.entry import Entry, RecordingError
from pendo_contracts.recordings.reading import read_recording

__all__ = ["Entry", "RecordingError", "read_recording"]
