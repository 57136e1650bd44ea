"""Rules over a stream of requests."""

from pendo_contracts.rules.delivery.double_delivery import DoubleDelivery
from pendo_contracts.rules.rule import Rule

RULES: tuple[type[Rule], ...] = (DoubleDelivery,)

__all__ = ["RULES", "DoubleDelivery", "Rule"]
