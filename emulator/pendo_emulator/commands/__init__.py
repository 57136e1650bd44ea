"""The commands of `pendo-emulator`, one module each."""
