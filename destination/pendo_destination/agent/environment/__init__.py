"""The input of an agent from its page and its browser: options, page, clock, timers and storage."""
