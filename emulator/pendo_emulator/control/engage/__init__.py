"""Control API views of Pendo's Engage API: integration keys, definitions and pipelines of one API key."""
