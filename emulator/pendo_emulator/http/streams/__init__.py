"""Writes responses that are produced piece by piece."""
