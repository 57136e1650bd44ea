"""Journeys: how visitors spend the day, and the day they make together."""

from __future__ import annotations

import datetime as dt
from itertools import count
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Final

from pendo_destination.samples.browser import Browser
from pendo_destination.samples.step import (
    Visitor,
    edit_profile,
    join,
    log_in,
    log_out,
    look,
    pause,
    recall,
    subscribe,
    switch,
    upgrade,
    work,
)
from pendo_destination.samples.world import ACCOUNTS, PEOPLE, REFERRERS, USER_AGENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.samples.browser import Event
    from pendo_destination.samples.step import Step

MONDAY: Final = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
ARRIVAL_SPAN: Final = 150 * 60_000

JOURNEYS: Final[Mapping[str, tuple[Step, ...]]] = {
    "passer-by": (look, look, look),
    "long day": (look, log_in, join, work, pause, work, upgrade, pause, work, edit_profile),
    "comparing": (look, look, pause, look, subscribe, look),
    "newcomer": (look, subscribe, look, log_in, join, work, edit_profile, work),
    "late login": (look, work, log_in, work, join, work),
    "returning": (recall, work, pause, work, work),
    "group first": (work, join, work, log_in, work, upgrade),
    "trying out": (look, work, pause, work, work),
    "consultant": (recall, work, switch, work, upgrade),
    "shared computer": (recall, work, log_out, look, work),
}


def generate(seed: int = 7, events: int = 600) -> Iterator[Event]:
    """Tell a day in a SaaS product: so many Segment events, by `timestamp`, as analytics-next sends them.

    The same seed gives the same day; with more events the same visitors do the same and more visitors come.
    """
    day: list[Event] = []
    for number in count(1):
        if len(day) >= events:
            break
        day += visit(seed, number)
    yield from sorted(day[:events], key=itemgetter("timestamp"))


def visit(seed: int, number: int) -> Iterator[Event]:
    """Tell the day of one visitor, who comes within `ARRIVAL_SPAN` milliseconds of the hour the working day opens."""
    random = Random(f"{seed}/{number}")  # noqa: S311 - a story, no secret
    person = PEOPLE[number % len(PEOPLE)]
    start = MONDAY + dt.timedelta(hours=person["opens"], milliseconds=random.randrange(ARRIVAL_SPAN))
    device = {
        "userAgent": random.choice(USER_AGENTS),
        "locale": person["locale"],
        "timezone": person["timezone"],
    }
    browser = Browser(random, start, device, random.choice(REFERRERS), names_group=number % 3 == 0)
    visitor = Visitor(number, person, ACCOUNTS[number % len(ACCOUNTS)], random, browser)
    for step in tuple(JOURNEYS.values())[number % len(JOURNEYS)]:
        yield from step(visitor)
