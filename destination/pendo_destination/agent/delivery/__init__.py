"""Code of the agent that builds, queues and sends requests."""
