"""Rules about track events: their names and properties."""
