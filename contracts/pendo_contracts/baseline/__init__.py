"""Baselines and waivers: findings that are known, and therefore do not fail a check."""
