"""Control API views of visitors and accounts."""
