"""The code of `pendo-destination serve`, imported when the command runs."""
