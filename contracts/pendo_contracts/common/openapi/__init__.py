"""OpenAPI 3.1 documents, made from tables of operations."""
