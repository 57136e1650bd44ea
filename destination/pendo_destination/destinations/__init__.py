"""The Pendo destinations: Pendo Web (Actions), classic, and the webhook."""
