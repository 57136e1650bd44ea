"""Recordings: files of recorded requests, read into Envelopes."""
