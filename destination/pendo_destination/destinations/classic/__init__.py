"""Segment's classic Pendo destination (device mode)."""

from pendo_destination.destinations.classic.integration import ClassicIntegration
from pendo_destination.destinations.classic.settings import SETTINGS, script_url

__all__ = ["SETTINGS", "ClassicIntegration", "script_url"]
