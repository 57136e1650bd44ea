"""Liquid's filters, with the same results as in liquidjs."""

from pendo_destination.mapping.liquid.filters.catalog import FILTERS

__all__ = ["FILTERS"]
