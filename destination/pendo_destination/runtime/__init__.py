"""The destination runtime: definitions and settings, and the code that runs subscriptions."""
