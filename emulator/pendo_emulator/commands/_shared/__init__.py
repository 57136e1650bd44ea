"""Options and functions of several commands."""
