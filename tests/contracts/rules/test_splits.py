"""A report depends neither on how a recording is split into batches nor on how much of the state is in memory."""

import json
import lzma
from contextlib import closing
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pendo_contracts.checking.check import Check
from pendo_contracts.checking.judge_batch import BatchJudge
from pendo_contracts.report import as_json
from pendo_contracts.rules.rule_settings import ALL_RULES
from pendo_contracts.rules.spilling_table import SpillingTable
from tests.contracts.rules.session_builder import (
    FRAME,
    OTHER_FRAME,
    TIME,
    beacon,
    findings,
    identify,
    judged,
    track,
    webhook,
)

SESSIONS = Path(__file__).parents[3] / "fixtures/rules/sessions.ndjson.xz"
EVERY = 9


@cache
def requests():
    """Read some requests of each kind of session, all with the same few API keys, pages and visitors."""
    with lzma.open(SESSIONS) as lines:
        sessions = [json.loads(line) for number, line in enumerate(lines) if number % EVERY == 0]
    small = [session for session in sessions if not session["name"].startswith("track-event-types")]
    return judged([request for session in small for request in session["requests"]])


def report(requests, cuts=(), settings=ALL_RULES):
    judge = BatchJudge(settings)
    places = sorted({0, len(requests), *(cut % len(requests) for cut in cuts)})
    with closing(Check(settings)) as check:
        for start, end in pairwise(places):
            check.add(judge.judge_requests(requests[start:end]))
        return as_json(check.report())


@cache
def whole():
    return report(requests())


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_any_split_gives_the_same_report(cuts):
    assert report(requests(), cuts) == whole()


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_state_in_a_file_gives_the_same_report(limit):
    assert report(requests(), (), replace(ALL_RULES, max_in_memory=limit)) == whole()


VISITORS = ("ada", "Ada", "grace", "_PENDO_T_x")
EVENTS = st.builds(
    lambda kind, **members: kind(**members),
    st.sampled_from(
        [
            lambda visitor, account, frame, number: track(
                "A", {"n": 1}, number=number, visitor_id=visitor, account_id=account, frameId=frame, browser_time=TIME
            ),
            lambda visitor, account, frame, number: identify(
                visitor, "ada", account=account, number=number, frameId=frame, browser_time=TIME
            ),
        ]
    ),
    visitor=st.sampled_from(VISITORS),
    account=st.sampled_from(["acme", "Acme", None]),
    frame=st.sampled_from([FRAME, OTHER_FRAME, "Aq3vCZHQC0awDKEB"]),
    number=st.integers(0, 9),
)
LINES = st.lists(
    st.one_of(
        st.lists(EVENTS, min_size=1, max_size=3).map(lambda events: beacon(*events, ct=TIME)),
        st.sampled_from(VISITORS).map(
            lambda visitor: webhook(userId=visitor, event="A", properties={"groupId": "acme", "n": 1})
        ),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(LINES, st.integers(1, 3), st.lists(st.integers(0, 13), max_size=4))
def test_small_recordings_give_the_same_report_in_any_split_and_memory(lines, limit, cuts):
    recorded = judged(lines)
    expected = report(recorded)
    assert report(recorded, cuts) == expected
    assert report(recorded, cuts, replace(ALL_RULES, max_in_memory=limit)) == expected


# Each place of a page has one content: a second event at the same place is another matter.
@settings(max_examples=60, deadline=None)
@given(
    st.lists(EVENTS, min_size=1, max_size=10, unique_by=lambda event: (event["frameId"], event["sequence"])),
    st.randoms(),
)
def test_order_of_arrival_within_a_page_does_not_matter(events, random):
    in_order = {"events-missing", "visitor-switched", "id-twins", "junk-id"}
    lines = [beacon(event, ct=TIME) for event in events]
    mixed = random.sample(lines, len(lines))
    assert names(lines) & in_order == names(mixed) & in_order


def names(lines):
    return {finding.rule for finding in findings(*lines)}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99)), max_size=60))
def test_spilling_table_is_a_dictionary(limit, changes):
    table, expected = SpillingTable(limit), {}
    with closing(table):
        for number, value in changes:
            found = table.get(("key", number))
            assert found == expected.get(number)
            (table.add(("key", number), []) if found is None else found).append(value)
            expected.setdefault(number, []).append(value)
        assert list(table.values()) == list(expected.values())
        assert len(table) == len(expected)
        assert [table.get(("key", number)) for number in expected] == list(expected.values())
