"""How the agent builds, queues and sends requests."""
