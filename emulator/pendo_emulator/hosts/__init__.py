"""Pendo's hosts: how each endpoint answers."""
