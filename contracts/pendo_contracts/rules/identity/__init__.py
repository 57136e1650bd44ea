"""Rules about the ids of visitors and accounts."""
