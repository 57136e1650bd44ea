"""The time of a rule grows in proportion to the events, even if all of them belong to one visitor, page or name."""

import time

import pytest
from msgspec.structs import replace

from pendo_contracts.rules.accounts.account_lost import AccountLost
from pendo_contracts.rules.delivery.double_delivery import DoubleDelivery
from pendo_contracts.rules.delivery.events_missing import EventsMissing
from pendo_contracts.rules.delivery.resent import Resent
from pendo_contracts.rules.fact_reader import observe
from pendo_contracts.rules.identity.id_twins import IdTwins
from pendo_contracts.rules.identity.visitor_switched import VisitorSwitched
from tests.contracts.rules.session_builder import beacon, event, judged, track

COUNT = 20_000
MAX_SECONDS = 4
# A multiplier without a common factor with COUNT gives every number once, in an order without runs.
STEP = 7_919


def facts_of(line):
    (request,) = judged([line])
    return observe(request).facts


PAGE = facts_of(beacon(event(number=1)))
TRACK = facts_of(beacon(track(number=1)))


def one_visitor_in_many_pages(number):
    return replace(PAGE, runs=(replace(PAGE.runs[0], frame=f"F{number}"),))


def many_spellings_of_one_id(number):
    spelling = "".join("A" if number >> bit & 1 else "a" for bit in range(17))
    return replace(PAGE, ids=(replace(PAGE.ids[0], value=spelling),))


def random_numbers_of_one_page(number):
    place = 2 * (number * STEP % COUNT)
    return replace(PAGE, runs=(replace(PAGE.runs[0], first=place, last=place, visitor=f"v{number}"),))


def retries_after_faults_of_one_page(number):
    place = 2 * (number % (COUNT // 2))
    run = replace(PAGE.runs[0], first=place, last=place)
    return replace(PAGE, fault="status-500", runs=(run,), events=(replace(PAGE.events[0], sequence=place),))


def events_without_a_pair(number):
    happened_at = TRACK.events[0].happened_at + 3_600_000 * (number >= COUNT // 2)
    events = (replace(TRACK.events[0], happened_at=happened_at),)
    return replace(TRACK, source="webhook" if number >= COUNT // 2 else "agent", events=events)


@pytest.mark.parametrize(
    ("rule", "make_facts"),
    [
        (AccountLost, one_visitor_in_many_pages),
        (IdTwins, many_spellings_of_one_id),
        (EventsMissing, random_numbers_of_one_page),
        (VisitorSwitched, random_numbers_of_one_page),
        (Resent, random_numbers_of_one_page),
        (Resent, retries_after_faults_of_one_page),
        (DoubleDelivery, events_without_a_pair),
    ],
)
def test_rule_needs_little_time_for_each_event(rule, make_facts):
    requests = [make_facts(number) for number in range(COUNT)]
    rule = rule()
    start = time.process_time()
    for request in requests:
        for _ in rule.observe(request):
            pass
    for _ in rule.finish():
        pass
    assert time.process_time() - start < MAX_SECONDS
