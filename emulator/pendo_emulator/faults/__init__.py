"""Faults: failures that a test injects on purpose."""
