"""Parts of the pytest plugin, which are imported only if a test uses the emulator."""
