"""Invalid Segment events, each with one flaw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.samples.journeys import generate_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.samples.analytics_next import Event


class Flaw(NamedTuple):
    """A flaw of an event of one type, and the members that cause it; UNDEFINED removes a member."""

    reason: str
    type: str
    members: Mapping[str, Any]


FLAWS: Final = (
    Flaw("The track has no event name.", "track", {"event": UNDEFINED}),
    Flaw("The event name is a number.", "track", {"event": 42}),
    Flaw("The event name is empty.", "track", {"event": ""}),
    Flaw("The properties are text.", "track", {"properties": "plan=team&seats=12"}),
    Flaw("The user id and the anonymous id are both null.", "track", {"userId": None, "anonymousId": None}),
    Flaw("The timestamp is not a date.", "track", {"timestamp": "yesterday at noon"}),
    Flaw("The timestamp is a number of milliseconds.", "track", {"timestamp": 1794823200000}),
    Flaw("The message id is empty.", "track", {"messageId": ""}),
    Flaw("The type is misspelt.", "identify", {"type": "indentify"}),
    Flaw("The type is missing.", "track", {"type": UNDEFINED}),
    Flaw("The integrations are text.", "track", {"integrations": "All"}),
    Flaw(
        "The identify has neither user id nor anonymous id.",
        "identify",
        {"userId": UNDEFINED, "anonymousId": UNDEFINED},
    ),
    Flaw("The user id is a number.", "identify", {"userId": 4711}),
    Flaw("The traits are a list.", "identify", {"traits": [{"name": "Ada Beispiel"}]}),
    Flaw("The group has no group id.", "group", {"groupId": UNDEFINED}),
    Flaw("The group id is blank.", "group", {"groupId": "  "}),
    Flaw("The parent account has no id.", "group", {"traits": {"parentAccount": {"name": "Beaufort Group"}}}),
    Flaw("The parent account is text.", "group", {"traits": {"parentAccount": "parent-beaufort"}}),
)


def generate_flawed(seed: int = 7) -> Iterator[Event]:
    """Generate an event of the day for each flaw; `context.broken` describes the flaw."""
    day = generate_day(seed)
    for flaw in FLAWS:
        event = next(event for event in day if event["type"] == flaw.type)
        event["context"]["broken"] = flaw.reason
        yield {member: value for member, value in {**event, **flaw.members}.items() if value is not UNDEFINED}
