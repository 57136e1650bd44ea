"""What an agent is given by its page and its browser: options, page, clock, timers and storage."""
