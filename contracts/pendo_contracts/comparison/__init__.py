"""Comparisons of two recordings: which events are missing, added or changed."""
