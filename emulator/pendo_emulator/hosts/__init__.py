"""Pendo's hosts: which answer each endpoint gives."""
