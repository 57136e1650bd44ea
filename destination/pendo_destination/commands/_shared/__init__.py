"""Options and helpers that several commands use."""
