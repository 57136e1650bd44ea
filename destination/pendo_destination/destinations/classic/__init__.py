"""Segment's classic Pendo destination (device mode)."""

from pendo_destination.destinations.classic.integration import Classic
from pendo_destination.destinations.classic.settings import SETTINGS, script_url

__all__ = ["SETTINGS", "Classic", "script_url"]
