"""Functions of `pendo-emulator capsule`."""
