"""The commands of `pendo-destination`, a module each."""
