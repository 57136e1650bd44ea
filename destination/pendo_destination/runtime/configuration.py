"""Configuration: settings and subscriptions read from JSON, every problem listed before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract import load_contract, to_pointer
from pendo_contracts.suggestion import nearest
from pendo_destination.errors import ConfigurationError, Problem
from pendo_destination.mapping import compile_mapping, find_problems
from pendo_destination.runtime.definition import Subscription
from pendo_destination.trigger import parse, warnings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pendo_destination.runtime.definition import Definition

# Documented: "a maximum of 50 mappings"; Segment's runtime itself does not count them.
SUBSCRIPTION_LIMIT: Final = 50
CONTRACT: Final = "pendo-web-settings"


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings and subscriptions of one destination instance."""

    settings: Mapping[str, Any]
    subscriptions: tuple[Subscription, ...]


def read_configuration(definition: Definition, document: Mapping[str, Any]) -> Configuration:
    """Read settings with `subscriptions` among them; defaults are filled in, presets stand in where none are given."""
    given = {key: value for key, value in document.items() if key != "subscriptions"}
    defaults = {key: field.default for key, field in definition.settings.items() if field.default is not None}
    listed = document.get("subscriptions")
    subscriptions = definition.presets if listed is None else tuple(map(Subscription.from_json, listed))
    return Configuration(defaults | given, subscriptions)


def find_configuration_problems(definition: Definition, document: Any) -> tuple[Problem, ...]:
    """List everything wrong with a settings document: unknown keys, the rest in order of place, what cannot be read."""
    settings = document | {"region": document.get("region", definition.settings["region"].default)}
    violations = load_contract(CONTRACT).violations(settings)
    broken = [Problem(v.pointer, v.message, v.fix) for v in violations if not v.rule.endswith("/additionalProperties")]
    listed = document.get("subscriptions")
    subscriptions = listed if isinstance(listed, list) else []
    read = (problem for index, s in enumerate(subscriptions) for problem in _read(index, s))
    return (*_unknown(document, subscriptions), *broken, *_too_many(subscriptions), *read)


def find_unknown_keys(place: str, document: Any, known: Collection[str]) -> Iterator[Problem]:
    """List the keys of an object at a place that are not known; what is no object has none."""
    for key in document if isinstance(document, dict) else ():
        if key not in known:
            near = nearest(key, known)
            fix = f"did you mean `{near}`?" if near else "leave it out;"
            yield Problem(f"{place}{to_pointer([key])}", f"`{key}` is not known", f"{fix} there are {', '.join(known)}")


def _unknown(document: Mapping[str, Any], subscriptions: list[Any]) -> Iterator[Problem]:
    known = load_contract(CONTRACT).schema["properties"]
    yield from find_unknown_keys("", document, known)
    for index, subscription in enumerate(subscriptions):
        yield from find_unknown_keys(
            f"/subscriptions/{index}", subscription, known["subscriptions"]["items"]["properties"]
        )


def _too_many(listed: list[Any]) -> Iterator[Problem]:
    if len(listed) > SUBSCRIPTION_LIMIT:
        message = f"{len(listed)} subscriptions; a destination takes {SUBSCRIPTION_LIMIT}"
        yield Problem("/subscriptions", message, "merge or remove some")


def _read(index: int, subscription: Any) -> Iterator[Problem]:
    """Read the trigger and the mapping, where there are any; that there must be is the schema's to say."""
    members = subscription if isinstance(subscription, dict) else {}
    trigger, mapping = members.get("subscribe"), members.get("mapping")
    if isinstance(trigger, str):
        yield from _trigger_problems(f"/subscriptions/{index}/subscribe", trigger)
    if isinstance(mapping, dict):
        yield from _mapping_problems(f"/subscriptions/{index}/mapping", mapping)


def _trigger_problems(place: str, text: str) -> Iterator[Problem]:
    try:
        parse(text)
    except ConfigurationError as error:
        yield Problem(place, str(error), "see the README for the trigger language")


def _mapping_problems(place: str, mapping: Mapping[str, Any]) -> Iterator[Problem]:
    problems = find_problems(mapping)
    for problem in problems:
        yield Problem(place, f"{problem.path} {problem.message}", "see the README for the mapping directives")
    if problems:
        return
    try:
        compile_mapping(mapping)
    except ConfigurationError as error:
        yield Problem(place, str(error), "see the README for the mapping directives")


def find_ambiguous_triggers(configuration: Configuration) -> Iterator[str]:
    """List the triggers that Segment reads otherwise than they look."""
    for subscription in configuration.subscriptions:
        for misreading in warnings(subscription.subscribe):
            yield f"{subscription.name}: {misreading}"
