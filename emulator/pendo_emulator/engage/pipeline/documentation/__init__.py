"""The documentation of the language, from which its pages are written."""
