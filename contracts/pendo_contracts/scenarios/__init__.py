"""Scenarios: known problems as files that can be run, and what each of them must show."""
