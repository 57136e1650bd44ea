"""The values that a plan is about: the properties of track events, and metadata objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.rules.observation import Observation
    from pendo_contracts.rules.request_facts import EventFact

# The names of metadata objects in a plan, by their names in a request.
METADATA_NAMES: Final = {"visitor": "visitor", "account": "account", "parentAccount": "parent_account"}


def track_properties(observation: Observation) -> Iterator[tuple[EventFact, str, Any]]:
    """Yield each named track event with its properties and their JSON Pointer.

    For an event without properties these are {} and the pointer of the event, because the longer one does not exist.
    """
    member = "props" if observation.facts.source == "agent" else "properties"
    for event in observation.facts.events:
        if event.type == "track" and event.name:
            properties = observation.request.beacon.events[event.index].value.get(member)
            yield (event, "", {}) if properties is None else (event, f"/{member}", properties)
