"""Checks the filters of queries: a misspelled filter never matches, so a check for silence would pass."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.contract import load_contract
from pendo_contracts.finding import Severity
from pendo_contracts.plans.plan_judge import PLAN_RULES
from pendo_contracts.rules.catalogue import RULES
from pendo_contracts.wire.endpoint import ANY_TYPE, ENDPOINTS
from pendo_contracts.wire.region import REGIONS
from pendo_emulator.storage.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FILTERS: Final = frozenset(Query.__struct_fields__) - {"api_key"}
PLACES: Final = (*REGIONS, "cname", "local", "unlisted")

# The event types that a page can pass to pendo.trackAgent() (documented).
_AGENTIC_TYPES: Final = ("prompt", "system_response", "user_reaction")


class UnknownFilterError(ValueError):
    """A filter that no exchange can match; the text suggests the most similar known name or value."""


def check_names(names: set[str]) -> None:
    """Raise UnknownFilterError for a filter that does not exist."""
    for name in sorted(names - FILTERS):
        raise UnknownFilterError(f"unknown filter {name!r}: {_suggestion(name, sorted(FILTERS))}")


def check_values(filters: Mapping[str, Any]) -> None:
    """Raise UnknownFilterError for a region, an endpoint or an event type that the contracts do not contain."""
    for name, known in _KNOWN_VALUES.items():
        value = filters.get(name)
        if value is not None and value not in known():
            raise UnknownFilterError(f"unknown {name} {value!r}: {_suggestion(str(value), known())}")


def check_finding_filters(severity: str | None, rule: str | None) -> None:
    """Raise UnknownFilterError for a severity, or the name of a rule, that does not exist.

    The name of a broken contract is `<contract>#<JSON Pointer in its schema>`; the pointer is not checked.
    """
    severities, rules = get_args(Severity), [*(known.description.name for known in RULES), *PLAN_RULES]
    if severity is not None and severity not in severities:
        raise UnknownFilterError(f"unknown severity {severity!r}: {_suggestion(severity, severities)}")
    if rule is not None and "#" not in rule and rule not in rules:
        raise UnknownFilterError(f"unknown rule {rule!r}: {_suggestion(rule, rules)}")


@cache
def known_types() -> tuple[str, ...]:
    """List all event types of the contracts; the type of an object without a type is its endpoint's name."""
    types = (name for endpoint in ENDPOINTS for kind, contract in endpoint.contracts.items()
             for name in (_types_of(contract) if kind == ANY_TYPE else (kind,)))  # fmt: skip
    return tuple(dict.fromkeys((*types, *_AGENTIC_TYPES, *known_endpoints())))


def known_endpoints() -> tuple[str, ...]:
    """List the names of all endpoints."""
    return tuple(endpoint.name for endpoint in ENDPOINTS)


_KNOWN_VALUES: Final[Mapping[str, Callable[[], tuple[str, ...]]]] = {
    "region": lambda: PLACES,
    "endpoint": known_endpoints,
    "type": known_types,
}


def _types_of(contract: str) -> Iterator[str]:
    schema = load_contract(contract).schema.get("properties", {}).get("type", {})
    yield from schema.get("enum", [schema["const"]] if "const" in schema else [])


def _suggestion(wrong: str, known: list[str] | tuple[str, ...]) -> str:
    near = nearest(wrong, known)
    return f"did you mean {near!r}?" if near else f"it is one of {', '.join(known)}"
