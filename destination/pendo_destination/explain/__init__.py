"""Explains how one event is processed: the subscriptions that match, and the resulting calls and requests."""
