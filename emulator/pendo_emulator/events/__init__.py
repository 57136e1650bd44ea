"""The timeline: the events of the recorded exchanges, selected by a query language, in pages and as a stream."""
