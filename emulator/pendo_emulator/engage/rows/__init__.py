"""Derives the rows of events from recorded requests."""
