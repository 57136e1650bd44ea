"""Segment's Pendo Web (Actions) destination, as data."""

from pendo_destination.destinations.pendo_web.definition import PENDO_WEB

__all__ = ["PENDO_WEB"]
