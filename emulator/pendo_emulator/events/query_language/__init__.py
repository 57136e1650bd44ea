"""The query language of the timeline: reading, printing and checking queries, and testing events."""
