"""Text for terminals: colours, line breaks, tables and a line that shows progress."""
