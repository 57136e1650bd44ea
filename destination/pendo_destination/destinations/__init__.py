"""Segment's Pendo destinations: Pendo Web (Actions), the classic one, and the webhook."""
