"""JavaScript in Python: values, their differences, JSON text and UTF-16 strings."""
