"""JavaScript's values, JSON and UTF-16, in Python."""
