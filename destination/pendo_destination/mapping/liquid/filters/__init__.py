"""Liquid's filters, by liquidjs's rules."""

from pendo_destination.mapping.liquid.filters.catalog import FILTERS

__all__ = ["FILTERS"]
