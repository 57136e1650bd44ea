"""Faults: failures that a user configures."""
