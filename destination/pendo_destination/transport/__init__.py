"""HTTP transports and the targets they send to."""
