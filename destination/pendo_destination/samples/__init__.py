"""Sample Segment events: a realistic day of a SaaS product; the same seed gives the same events."""

from pendo_destination.samples.flawed_events import generate_flawed
from pendo_destination.samples.journeys import generate_day

__all__ = ["generate_day", "generate_flawed"]
