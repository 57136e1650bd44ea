"""Segment's Tracking API for Segment's own libraries, with a destination behind it."""

from pendo_destination.source.source import Source
from pendo_destination.source.tracking_api_server import TrackingApi

__all__ = ["Source", "TrackingApi"]
