"""The rows of the sources of pipelines for one API key."""
