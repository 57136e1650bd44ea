"""Control API views of the timeline: pages of events, the stream, one event, export and import."""
