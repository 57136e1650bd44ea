"""The sample day is reproducible, ordered, realistic and varied."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

import pytest

from pendo_contracts.contract import load_contract
from pendo_contracts.judge import judge
from pendo_contracts.wire import jzb
from pendo_contracts.wire.beacon import Beacon, from_envelope
from pendo_contracts.wire.envelope import Envelope
from pendo_destination.javascript.json import stringify
from pendo_destination.samples import generate_day, generate_flawed

FIXTURES = Path(__file__).parents[3] / "fixtures" / "segment"
DAY: list[dict[str, Any]] = [json.loads(line) for line in (FIXTURES / "day.ndjson").read_text("utf-8").splitlines()]


def to_ndjson(events: Iterator[dict[str, Any]]) -> str:
    return "".join(f"{stringify(event)}\n" for event in events)


def of_type(event_type: str) -> list[dict[str, Any]]:
    return [event for event in DAY if event["type"] == event_type]


def grouped_by(member: str, events: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Lists of events with the same value of a member, in order."""
    groups = defaultdict(list)
    for event in events:
        groups[event[member]].append(event)
    return list(groups.values())


def nested_values(value: Any) -> Iterator[Any]:
    """A value and all values inside it."""
    yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nested_values(item)


def packed_size(event: dict[str, Any]) -> int:
    return len(jzb.encode([event["properties"]]))


def time_of(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["timestamp"])


VALUES = [value for event in DAY for member in ("traits", "properties") for value in nested_values(event.get(member))]
TEXTS = [value for value in VALUES if isinstance(value, str)]
NUMBERS = [value for value in VALUES if isinstance(value, (int, float)) and not isinstance(value, bool)]
BROWSERS = grouped_by("anonymousId", DAY)


def test_same_seed_gives_the_same_day() -> None:
    assert to_ndjson(generate_day()) == (FIXTURES / "day.ndjson").read_text("utf-8")
    assert to_ndjson(generate_flawed()) == (FIXTURES / "broken.ndjson").read_text("utf-8")


def test_another_seed_gives_other_events() -> None:
    assert not {event["messageId"] for event in generate_day(8, 50)} & {
        event["messageId"] for event in generate_day(9, 50)
    }


@pytest.mark.parametrize("events", [0, 1, 100, 601])
def test_day_has_the_requested_number_of_events(events: int) -> None:
    assert len(list(generate_day(7, events))) == events


def test_longer_day_contains_the_shorter_one() -> None:
    assert {event["messageId"] for event in generate_day(7, 300)} < {event["messageId"] for event in DAY}


def test_events_are_ordered_and_on_one_day() -> None:
    timestamps = [event["timestamp"] for event in generate_day(7, 5000)]
    assert timestamps == sorted(timestamps)
    assert {timestamp[:10] for timestamp in timestamps} == {"2026-11-16"}


def test_message_ids_are_unique() -> None:
    assert len({event["messageId"] for event in DAY}) == len(DAY)


def test_browser_without_login_has_no_user() -> None:
    assert all(event.get("userId", "known") for event in DAY)
    strangers = [events for events in BROWSERS if not any("userId" in event for event in events)]
    assert len(strangers) > 5


def test_browser_keeps_its_user_after_login() -> None:
    late = [events for events in BROWSERS if "userId" not in events[0] and "userId" in events[-1]]
    assert all(
        ["userId" in event for event in events] == sorted("userId" in event for event in events) for events in late
    )
    assert len(late) > 5


@pytest.mark.parametrize("event_type", ["identify", "group"])
def test_later_events_have_all_earlier_traits(event_type: str) -> None:
    browsers = grouped_by("anonymousId", of_type(event_type))
    identities = [grouped_by("groupId", events) if event_type == "group" else [events] for events in browsers]
    pairs = [pair for groups in identities for events in groups for pair in pairwise(events)]
    assert [later for earlier, later in pairs if not earlier["traits"].keys() <= later["traits"].keys()] == []
    assert len(pairs) > 3


VARIETY: dict[str, Callable[[], object]] = {
    "all types": lambda: {"identify", "group", "track", "page"} == {event["type"] for event in DAY},
    "several accounts": lambda: len({event["groupId"] for event in of_type("group")}) > 5,
    "a group before any identify": lambda: any("userId" not in event for event in of_type("group")),
    "an identify without user id": lambda: any("userId" not in event for event in of_type("identify")),
    "a group named in the context": lambda: any("groupId" in event["context"] for event in of_type("identify")),
    "an account without parent": lambda: any("parentAccount" not in event["traits"] for event in of_type("group")),
    "a flat and a nested parent": lambda: (
        {False, True}
        <= {
            any(isinstance(value, dict) for value in event["traits"]["parentAccount"].values())
            for event in of_type("group")
            if "parentAccount" in event["traits"]
        }
    ),
    "a visitor who comes back": lambda: any(
        time_of(later) - time_of(earlier) > timedelta(minutes=30)
        for events in BROWSERS
        for earlier, later in pairwise(events)
    ),
    "several pages": lambda: any(len({event["context"]["page"]["url"] for event in events}) > 3 for events in BROWSERS),
    "a user known from before": lambda: any(
        "userId" in events[0] and all(event["type"] != "identify" for event in events) for events in BROWSERS
    ),
    "null": lambda: None in VALUES,
    "booleans": lambda: {value for value in VALUES if isinstance(value, bool)} == {True, False},
    "lists": lambda: [] in VALUES and any(isinstance(value, list) and len(value) > 2 for value in VALUES),
    "objects three deep": lambda: any(event["properties"].get("rule") for event in of_type("track")),
    "zero": lambda: 0 in NUMBERS,
    "negative": lambda: min(NUMBERS) < 0,
    "fractions": lambda: any(number % 1 for number in NUMBERS),
    "large": lambda: max(NUMBERS) > 2**53,
    "dates": lambda: any(text.endswith(":30:00.000Z") for text in TEXTS),
    "no text": lambda: "" in TEXTS,
    "emoji": lambda: any(max(text, default="") >= "\U0001f300" for text in TEXTS),
    "right to left": lambda: {bidirectional(letter) for text in TEXTS for letter in text} >= {"R", "AL"},
    "Chinese characters": lambda: any("\u4e00" <= letter <= "\u9fff" for text in TEXTS for letter in text),
    "a name in no Latin script": lambda: any(not event["event"].isascii() for event in of_type("track")),
    "properties that need POST": lambda: sum(packed_size(event) > 1_900 for event in of_type("track")) > 3,
    "large properties that pack well": lambda: any(
        len(str(event["properties"])) > 2_048 and packed_size(event) < 1_900 for event in of_type("track")
    ),
}


def test_day_contains_every_kind_of_event_and_value() -> None:
    assert [feature for feature, occurs in VARIETY.items() if not occurs()] == []


def test_no_event_exceeds_the_agents_limit() -> None:
    assert max(len(jzb.encode([event])) for event in DAY) < 65_536


def test_every_event_keeps_its_contract() -> None:
    assert [event for event in of_type("page") if not load_contract("segment-event").accepts(event)] == []
    assert [
        event
        for event in DAY
        if event["type"] != "page" and not load_contract(f"segment-{event['type']}").accepts(event)
    ] == []


def test_every_flawed_event_breaks_a_contract_when_posted() -> None:
    kept = [
        event["context"]["broken"]
        for event in generate_flawed()
        if all(verdict.kept for verdict in judge(posted(event)))
    ]
    assert kept == []


def test_every_flawed_event_names_its_flaw() -> None:
    reasons = [event["context"]["broken"] for event in generate_flawed()]
    assert len(set(reasons)) == len(reasons) > 10
    assert all(reason.endswith(".") for reason in reasons)


def test_every_seed_generates_the_same_number_of_flawed_events() -> None:
    assert {len(list(generate_flawed(seed))) for seed in range(8)} == {len(list(generate_flawed()))}


def posted(event: dict[str, Any]) -> Beacon:
    body = json.dumps(event).encode()
    return from_envelope(Envelope("POST", "https://data.pendo.io/data/segmentio/KEY", {}, body, 0))
