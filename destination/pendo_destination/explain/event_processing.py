"""Explains step by step how one event is processed: triggers, mappings, agent calls and requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pendo_contracts.wire.beacon import from_envelope
from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping import compile_mapping
from pendo_destination.runtime.payload_validation import describe, find_payload_problems
from pendo_destination.trigger import compile_trigger, parse, print_trigger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendo_contracts.wire.envelope import Envelope
    from pendo_destination.runtime.definition import Definition, Event, Subscription


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition of a trigger, and whether the event meets it."""

    text: str
    met: bool


@dataclass(frozen=True, slots=True)
class SubscriptionResult:
    """The result of one subscription for an event.

    `payload` is UNDEFINED if the trigger does not match. `problem` is the failure, or why the documented validation
    rejects the event.
    """

    name: str
    action: str
    enabled: bool
    trigger: str
    matched: bool
    conditions: tuple[ConditionResult, ...]
    mapping: Mapping[str, Any]
    payload: Any = UNDEFINED
    problem: str = ""


def explain_subscriptions(
    definition: Definition, subscriptions: Iterable[Subscription], event: Event
) -> list[SubscriptionResult]:
    """Try every subscription, disabled ones too, on an event."""
    return [_explain(definition, subscription, event) for subscription in subscriptions]


def _explain(definition: Definition, subscription: Subscription, event: Event) -> SubscriptionResult:
    conditions: tuple[ConditionResult, ...] = ()
    matched, payload, problem = False, UNDEFINED, ""
    try:
        tree = parse(subscription.subscribe)
        conditions = tuple(_conditions(tree, event))
        matched = compile_trigger(tree)(event)
        payload = compile_mapping(subscription.mapping)(event) if matched else UNDEFINED
        problem = _payload_problems(definition, subscription, payload) if matched else ""
    except ConfigurationError as error:
        problem = str(error)
    return SubscriptionResult(
        subscription.name,
        subscription.partner_action,
        subscription.enabled,
        subscription.subscribe,
        matched,
        conditions,
        subscription.mapping,
        payload,
        problem,
    )


def _conditions(tree: Mapping[str, Any], event: Event) -> Iterator[ConditionResult]:
    for child in tree["children"]:
        group = {"type": "group", "operator": "and", "children": [child]}
        yield ConditionResult(print_trigger(group), compile_trigger(group)(event))


def _payload_problems(definition: Definition, subscription: Subscription, payload: Any) -> str:
    action = definition.actions.get(subscription.partner_action)
    if action is None:
        return f"there is no action {subscription.partner_action!r}, so nothing is performed"
    problems = describe(find_payload_problems(action, payload))
    return f"the documented validation rejects it: {problems}" if problems else ""


def describe_request(envelope: Envelope) -> dict[str, Any]:
    """Return the parts of a request that are shown, with the decoded jzb."""
    beacon = from_envelope(envelope)
    shown = {"method": envelope.method, "host": beacon.place.host, "endpoint": beacon.endpoint_name}
    params = {name: value for name, value in beacon.query.items() if name not in {"jzb", "ct"}}
    return shown | {"params": params} | ({"decoded": beacon.payload} if beacon.payload is not None else {})
