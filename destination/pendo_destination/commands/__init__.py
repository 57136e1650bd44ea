"""The commands of `pendo-destination`, one module each."""
