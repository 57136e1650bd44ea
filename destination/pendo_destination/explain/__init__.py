"""Explains what one event does: which subscriptions match, and what calls and requests follow."""
