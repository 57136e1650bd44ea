"""Parts of the commands that talk to a running emulator's timeline: tail, show, open."""
