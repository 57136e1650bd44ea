"""Measures which parts of the packaged contracts recordings exercise."""
