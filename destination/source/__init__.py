"""Segment's Tracking API, for Segment's own libraries to be pointed at, with the destination behind it."""

from destination.source.server import TrackingApi
from destination.source.source import Source

__all__ = ["Source", "TrackingApi"]
