"""Explanation: what one event does, step by step: triggers, mappings, calls of the agent, requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pendo_contracts.beacon import from_envelope
from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping import compile_mapping
from pendo_destination.runtime.validation import describe, find_payload_problems
from pendo_destination.trigger import compile_trigger, parse, print_trigger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendo_contracts.envelope import Envelope
    from pendo_destination.runtime.definition import Definition, Subscription
    from pendo_destination.runtime.instance import Event


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a trigger, and whether the event meets it."""

    text: str
    met: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What one subscription makes of an event.

    `payload` is UNDEFINED where the trigger did not match; `problem` says what failed, or why the documented
    validation would refuse the event.
    """

    name: str
    action: str
    enabled: bool
    trigger: str
    matched: bool
    conditions: tuple[Condition, ...]
    mapping: Mapping[str, Any]
    payload: Any = UNDEFINED
    problem: str = ""


def explain_subscriptions(definition: Definition, subscriptions: Iterable[Subscription], event: Event) -> list[Step]:
    """Try every subscription, disabled ones too, on an event."""
    return [_step(definition, subscription, event) for subscription in subscriptions]


def _step(definition: Definition, subscription: Subscription, event: Event) -> Step:
    conditions: tuple[Condition, ...] = ()
    matched, payload, problem = False, UNDEFINED, ""
    try:
        tree = parse(subscription.subscribe)
        conditions = tuple(_conditions(tree, event))
        matched = compile_trigger(tree)(event)
        payload = compile_mapping(subscription.mapping)(event) if matched else UNDEFINED
        problem = _payload_problems(definition, subscription, payload) if matched else ""
    except ConfigurationError as error:
        problem = str(error)
    return Step(
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


def _conditions(tree: Mapping[str, Any], event: Event) -> Iterator[Condition]:
    for child in tree["children"]:
        group = {"type": "group", "operator": "and", "children": [child]}
        yield Condition(print_trigger(group), compile_trigger(group)(event))


def _payload_problems(definition: Definition, subscription: Subscription, payload: Any) -> str:
    action = definition.actions.get(subscription.partner_action)
    if action is None:
        return f"there is no action {subscription.partner_action!r}: nothing is performed"
    problems = describe(find_payload_problems(action, payload))
    return f"the documented validation rejects it: {problems}" if problems else ""


def describe_request(envelope: Envelope) -> dict[str, Any]:
    """Describe a request on the wire by what it says, the jzb decoded."""
    beacon = from_envelope(envelope)
    shown = {"method": envelope.method, "host": beacon.place.host, "endpoint": beacon.endpoint_name}
    params = {name: value for name, value in beacon.query.items() if name not in {"jzb", "ct"}}
    return shown | {"params": params} | ({"decoded": beacon.payload} if beacon.payload is not None else {})
