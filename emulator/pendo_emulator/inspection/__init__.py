"""Inspections: the causes of support cases, found in recordings."""
