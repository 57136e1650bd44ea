"""Pendo's Engage API."""
