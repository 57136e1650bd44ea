"""The destination runtime: definitions, settings, subscriptions and their execution."""
