"""Parts of the command query."""
