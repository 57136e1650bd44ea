"""Rules about the delivery of events: how often, and in which way (agent, webhook)."""
