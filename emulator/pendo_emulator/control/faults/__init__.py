"""Control API views of fault profiles."""
