"""Liquid's filters, computed as liquidjs does."""

from pendo_destination.mapping.liquid.filters.catalog import FILTERS

__all__ = ["FILTERS"]
