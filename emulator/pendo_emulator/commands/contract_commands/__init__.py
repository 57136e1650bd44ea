"""The commands of `pendo-emulator contracts`, one in each file."""
