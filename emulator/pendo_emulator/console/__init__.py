"""The web console: pages for browsers that show what an emulator recorded."""
