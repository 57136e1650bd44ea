"""Visitors and accounts as Pendo would hold them, derived from the recorded requests."""
