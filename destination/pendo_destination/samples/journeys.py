"""The journeys of visitors, and the day of events that they make together."""

from __future__ import annotations

import datetime as dt
from itertools import count
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Final

from pendo_destination.samples.analytics_next import AnalyticsNext
from pendo_destination.samples.journey_steps import (
    Visitor,
    browse_site,
    edit_profile,
    join,
    log_in,
    log_out,
    pause,
    resume,
    subscribe,
    switch,
    upgrade,
    use_app,
)
from pendo_destination.samples.sample_data import ACCOUNTS, PEOPLE, REFERRERS, USER_AGENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_destination.samples.analytics_next import Event
    from pendo_destination.samples.journey_steps import Step

DAY_START: Final = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
ARRIVAL_SPAN_MS: Final = 150 * 60_000

JOURNEYS: Final[Mapping[str, tuple[Step, ...]]] = {
    "brief visit": (browse_site, browse_site, browse_site),
    "long day": (browse_site, log_in, join, use_app, pause, use_app, upgrade, pause, use_app, edit_profile),
    "comparing": (browse_site, browse_site, pause, browse_site, subscribe, browse_site),
    "newcomer": (browse_site, subscribe, browse_site, log_in, join, use_app, edit_profile, use_app),
    "late login": (browse_site, use_app, log_in, use_app, join, use_app),
    "returning": (resume, use_app, pause, use_app, use_app),
    "group first": (use_app, join, use_app, log_in, use_app, upgrade),
    "trying out": (browse_site, use_app, pause, use_app, use_app),
    "consultant": (resume, use_app, switch, use_app, upgrade),
    "shared computer": (resume, use_app, log_out, browse_site, use_app),
}


def generate_day(seed: int = 7, events: int = 600) -> Iterator[Event]:
    """Generate a number of Segment events of one day, in order of `timestamp`, as analytics-next sends them.

    The same seed gives the same day. With more events, the first visitors make the same events and more visitors come.
    """
    day: list[Event] = []
    for number in count(1):
        if len(day) >= events:
            break
        day += visit(seed, number)
    yield from sorted(day[:events], key=itemgetter("timestamp"))


def visit(seed: int, number: int) -> Iterator[Event]:
    """Generate the day of one visitor, who arrives within ARRIVAL_SPAN_MS of the start of the working day."""
    random = Random(f"{seed}/{number}")  # noqa: S311 - not a secret
    person = PEOPLE[number % len(PEOPLE)]
    start = DAY_START + dt.timedelta(hours=person["opens"], milliseconds=random.randrange(ARRIVAL_SPAN_MS))
    device = {
        "userAgent": random.choice(USER_AGENTS),
        "locale": person["locale"],
        "timezone": person["timezone"],
    }
    browser = AnalyticsNext(random, start, device, random.choice(REFERRERS), names_group=number % 3 == 0)
    visitor = Visitor(number, person, ACCOUNTS[number % len(ACCOUNTS)], random, browser)
    for step in tuple(JOURNEYS.values())[number % len(JOURNEYS)]:
        yield from step(visitor)
