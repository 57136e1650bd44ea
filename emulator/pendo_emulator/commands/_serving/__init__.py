"""The state and the clock of the command `serve`."""
