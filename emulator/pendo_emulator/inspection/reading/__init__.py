"""Reads the entries of recordings for an inspection."""
