"""The speed and the memory of inspect."""
