"""Rules over a stream of requests."""

from pendo_contracts.rules.delivery.double_delivery import DoubleDelivery
from pendo_contracts.rules.delivery.dropped_by_agent import DroppedByAgent
from pendo_contracts.rules.delivery.not_received import NotReceived
from pendo_contracts.rules.stream_rule import Rule

RULES: tuple[type[Rule], ...] = (DoubleDelivery, NotReceived, DroppedByAgent)

__all__ = ["RULES", "DoubleDelivery", "DroppedByAgent", "NotReceived", "Rule"]
