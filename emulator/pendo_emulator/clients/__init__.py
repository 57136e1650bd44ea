"""Settings with which other programs reach the emulator: environment variables, hosts files, PAC files."""
