"""The operators of pipelines: one file for each family, and one table."""
