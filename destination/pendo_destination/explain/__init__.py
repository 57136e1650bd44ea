"""Explanations: why a subscription runs or not, and what a call changes."""
