"""Compares two versions of contracts and shows each difference by an event."""
