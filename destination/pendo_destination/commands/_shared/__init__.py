"""Options and functions that several commands use."""
