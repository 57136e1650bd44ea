"""Tracking plans: users' own contracts for track events and for the metadata of visitors and accounts."""
