"""A believable day in a SaaS product as Segment events: seeded, so that everybody gets the same one."""

from pendo_destination.samples.flaw import broken
from pendo_destination.samples.journey import generate

__all__ = ["broken", "generate"]
