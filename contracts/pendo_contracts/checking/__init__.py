"""Checks whole recordings: batches of entries are judged independently, and then compared in order."""
