"""Segment's Tracking API for Segment's own libraries, with a destination behind it."""

from pendo_destination.source.server import TrackingApi
from pendo_destination.source.source import Source

__all__ = ["Source", "TrackingApi"]
