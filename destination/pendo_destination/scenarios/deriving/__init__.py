"""Derives a scenario from a recording: pages, calls, pauses, faults and blocked requests."""
