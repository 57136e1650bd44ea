"""Capsules: one file with everything that reproduces a problem, without personal data."""
