"""Collects what a recording proves, in bounded memory."""
