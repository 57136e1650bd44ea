"""Pendo's hosts: the answers of each endpoint."""
