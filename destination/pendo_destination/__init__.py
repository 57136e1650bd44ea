"""Segment's Pendo destinations: from a Segment event to a request on the wire."""
