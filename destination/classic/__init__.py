"""Segment's classic Pendo destination (device mode)."""

from destination.classic.integration import Classic
from destination.classic.settings import SETTINGS, script_url

__all__ = ["SETTINGS", "Classic", "script_url"]
