"""A believable day in a SaaS product as Segment events: seeded, so that everybody gets the same one."""

from destination.day.flaw import broken
from destination.day.journey import generate

__all__ = ["broken", "generate"]
