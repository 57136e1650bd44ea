"""The commands of `pendo-emulator`, a module each."""
