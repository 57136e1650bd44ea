"""State: what a store held, as a folder that another emulator can import."""
