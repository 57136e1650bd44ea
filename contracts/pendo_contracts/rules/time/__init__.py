"""Rules about the times of events."""
