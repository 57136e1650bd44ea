"""Rules about the metadata of visitors and accounts, and about Segment's traits."""
