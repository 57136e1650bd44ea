"""The commands of `pendo-emulator capsule`."""
