"""Pendo's Engage API over HTTP, as Flask blueprints."""
