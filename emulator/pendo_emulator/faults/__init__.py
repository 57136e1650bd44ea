"""Faults: failures that tests inject on purpose."""
