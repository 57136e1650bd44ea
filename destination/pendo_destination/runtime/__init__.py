"""The destination runtime: definitions, settings, subscriptions and how they run."""
