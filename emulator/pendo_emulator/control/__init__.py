"""The control API: Flask blueprints, health checks and access rules."""
