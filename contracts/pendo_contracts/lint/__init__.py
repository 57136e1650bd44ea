"""Finds the parts of contracts that can never match, and other mistakes in them."""
