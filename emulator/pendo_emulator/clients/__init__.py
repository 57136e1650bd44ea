"""How other programs find the emulator: environment variables, hosts files, PAC files."""
