"""Segment's Pendo destinations: Pendo Web (Actions), the classic destination, and the webhook."""
