"""Reads settings and subscriptions from JSON, and lists every problem in them before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.keyword_explanations import shorten
from pendo_destination.errors import ConfigurationError, Problem
from pendo_destination.mapping import compile_mapping, find_problems
from pendo_destination.runtime.definition import Subscription
from pendo_destination.runtime.setting_format import describe_format
from pendo_destination.trigger import find_failures, lint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pendo_destination.runtime.definition import Definition

# Documented: "a maximum of 50 mappings"; Segment's runtime does not check it.
MAX_SUBSCRIPTIONS: Final = 50
CONTRACT: Final = "pendo-web-settings"

_USUAL_KEYS: Final = frozenset({"apiKey", "region"})


class Configuration(Struct, frozen=True):
    """The settings and subscriptions of one destination instance."""

    settings: Mapping[str, Any]
    subscriptions: tuple[Subscription, ...]


def read_configuration(definition: Definition, document: Mapping[str, Any]) -> Configuration:
    """Read a settings document; add the default settings, and the presets if it has no `subscriptions`."""
    given = {key: value for key, value in document.items() if key != "subscriptions"}
    defaults = {key: field.default for key, field in definition.settings.items() if field.default is not None}
    documents = document.get("subscriptions")
    subscriptions = definition.presets if documents is None else tuple(map(Subscription.from_json, documents))
    return Configuration(defaults | given, subscriptions)


def find_configuration_problems(definition: Definition, document: Any) -> tuple[Problem, ...]:
    """List every problem of a settings document: unknown keys, broken rules of the contract, triggers, mappings."""
    settings = document | {"region": document.get("region", definition.settings["region"].default)}
    if _is_usual(definition, settings):
        return tuple(_malformed(definition, document))
    from pendo_contracts.contract import load_contract  # noqa: PLC0415 - start-up time that usual settings save

    violations = load_contract(CONTRACT).violations(settings)
    broken = [Problem(v.pointer, v.message, v.fix) for v in violations if not v.rule.endswith("/additionalProperties")]
    value = document.get("subscriptions")
    subscriptions = value if isinstance(value, list) else []
    parsed = (problem for index, s in enumerate(subscriptions) for problem in _subscription_problems(index, s))
    malformed = _malformed(definition, document)
    known = load_contract(CONTRACT).schema["properties"]
    return (*_unknown_keys(document, subscriptions, known), *broken, *malformed, *_too_many(subscriptions), *parsed)


def find_unknown_keys(path: str, document: Any, known: Collection[str]) -> Iterator[Problem]:
    """List the unknown keys of the object at a path; a value that is not an object has no unknown keys."""
    for key in document if isinstance(document, dict) else ():
        if key not in known:
            from pendo_contracts.contract import to_pointer  # noqa: PLC0415 - start-up time

            near = nearest(key, known)
            fix = f"did you mean `{near}`?" if near else "remove it;"
            yield Problem(
                f"{path}{to_pointer([key])}", f"unknown key `{key}`", f"{fix} the keys are {', '.join(known)}"
            )


def _is_usual(definition: Definition, settings: Mapping[str, Any]) -> bool:
    """Return whether settings are only an API key and an offered region, which keep the contract."""
    key = settings.get("apiKey")
    choices = definition.settings["region"].choices
    return isinstance(key, str) and key != "" and settings.keys() == _USUAL_KEYS and settings["region"] in choices


def _unknown_keys(document: Mapping[str, Any], subscriptions: list[Any], known: Mapping[str, Any]) -> Iterator[Problem]:
    yield from find_unknown_keys("", document, known)
    for index, subscription in enumerate(subscriptions):
        yield from find_unknown_keys(
            f"/subscriptions/{index}", subscription, known["subscriptions"]["items"]["properties"]
        )


def _malformed(definition: Definition, document: Mapping[str, Any]) -> Iterator[Problem]:
    """List the settings that cannot be a part of a URL."""
    for key, field in definition.settings.items():
        value = document.get(key)
        if isinstance(value, str) and (expected := describe_format(field.format, value)):
            yield Problem(f"/{key}", f"{shorten(value)} is not {expected}", f"give {expected}")


def _too_many(subscriptions: list[Any]) -> Iterator[Problem]:
    if len(subscriptions) > MAX_SUBSCRIPTIONS:
        message = f"{len(subscriptions)} subscriptions; a destination has at most {MAX_SUBSCRIPTIONS}"
        yield Problem("/subscriptions", message, "merge or remove some")


def _subscription_problems(index: int, subscription: Any) -> Iterator[Problem]:
    """List the problems of the trigger and the mapping; the contract reports a missing trigger or mapping."""
    members = subscription if isinstance(subscription, dict) else {}
    trigger, mapping = members.get("subscribe"), members.get("mapping")
    if isinstance(trigger, str):
        yield from _trigger_problems(f"/subscriptions/{index}/subscribe", trigger)
    if isinstance(mapping, dict):
        yield from _mapping_problems(f"/subscriptions/{index}/mapping", mapping)


def _trigger_problems(path: str, text: str) -> Iterator[Problem]:
    advice = "see docs/destination.md for the trigger language"
    try:
        failures = find_failures(text)
    except ConfigurationError as error:
        yield Problem(path, str(error), advice)
        return
    for failure in failures:
        yield Problem(path, str(failure), advice)


def _mapping_problems(path: str, mapping: Mapping[str, Any]) -> Iterator[Problem]:
    problems = find_problems(mapping)
    for problem in problems:
        yield Problem(path, f"{problem.path} {problem.message}", "see docs/destination.md for the mapping directives")
    if problems:
        return
    try:
        compile_mapping(mapping)
    except ConfigurationError as error:
        yield Problem(path, str(error), "see docs/destination.md for the mapping directives")


def find_ambiguous_triggers(configuration: Configuration) -> Iterator[str]:
    """Describe the triggers that Segment may read in another way than their author intends."""
    for subscription in configuration.subscriptions:
        for ambiguity in lint(subscription.subscribe):
            yield f"{subscription.name}: {ambiguity}"
