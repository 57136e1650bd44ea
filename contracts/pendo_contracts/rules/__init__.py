"""Rules that take more than one request to see: each reads a stream of them and has notes in the end."""

from pendo_contracts.rules.delivery.double_delivery import DoubleDelivery
from pendo_contracts.rules.rule import Rule

RULES = (DoubleDelivery,)

__all__ = ["RULES", "DoubleDelivery", "Rule"]
