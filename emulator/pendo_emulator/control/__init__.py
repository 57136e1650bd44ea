"""The control API: recorded exchanges, settings of API keys, health checks, access rules."""
