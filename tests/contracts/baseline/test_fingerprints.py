"""A fingerprint depends neither on the order of requests nor on visitors nor on other events."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_contracts.checking.check import check_requests
from pendo_contracts.wire import jzb
from tests.contracts.rules.session_builder import beacon, event, judged, track

FIXTURES = Path(__file__).parents[3] / "fixtures"
FOLDERS = sorted(file.parent.name for file in (FIXTURES / "rules").glob("*/broken.ndjson"))
OTHER_KEY = "99999999-2222-4333-8444-555555555555"


@cache
def read(file):
    return [json.loads(line) for line in (FIXTURES / file).read_text("utf-8").splitlines()]


def fingerprints(lines):
    return {group.first.fingerprint for group in check_requests(judged(lines)).findings}


def unrelated(number):
    """Build a request of another visitor on a page of its own; it keeps every contract."""
    name = f"Page {number}"
    members = {"number": number, "visitor_id": f"grace-{number}", "frameId": f"Zz{number:014}"}
    return beacon(event(**members) if number % 2 else track(name, {"n": number}, **members))


def renamed(lines, old, new):
    """Rename a visitor in every member of every event."""
    return [
        line | {"url": rename_in_url(line["url"], old, new), "body": line["body"].replace(f'"{old}"', f'"{new}"')}
        for line in lines
    ]


def rename_in_url(url, old, new):
    start, found, packed = url.partition("jzb=")
    if not found:
        return url.replace(f"visitorId={old}", f"visitorId={new}")
    packed, rest = packed.partition("&")[0], packed.partition("&")[2]
    text = json.dumps(jzb.decode(packed)).replace(f'"{old}"', f'"{new}"')
    return f"{start}jzb={jzb.encode(json.loads(text))}{'&' if rest else ''}{rest}"


@pytest.mark.parametrize("folder", FOLDERS)
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_shuffled_requests_have_the_same_fingerprints(folder, data):
    lines = read(f"rules/{folder}/broken.ndjson")
    assert fingerprints(data.draw(st.permutations(lines))) == fingerprints(lines)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(read("broken/requests.ndjson")))))
def test_shuffled_broken_requests_have_the_same_fingerprints(order):
    lines = read("broken/requests.ndjson")
    assert fingerprints([lines[place] for place in order]) == fingerprints(lines)


@pytest.mark.parametrize("folder", FOLDERS)
@settings(max_examples=2, deadline=None)
@given(numbers=st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True), data=st.data())
def test_unrelated_events_add_and_remove_no_fingerprint(folder, numbers, data):
    lines = list(read(f"rules/{folder}/broken.ndjson"))
    expected = fingerprints(lines)
    for number in numbers:
        lines.insert(data.draw(st.integers(0, len(lines))), unrelated(number) | {"url": other_key(unrelated(number))})
    assert fingerprints(lines) == expected


@pytest.mark.parametrize("folder", FOLDERS)
@settings(max_examples=2)
@given(numbers=st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True), data=st.data())
def test_unrelated_visitors_of_the_same_key_remove_no_fingerprint(folder, numbers, data):
    lines = list(read(f"rules/{folder}/broken.ndjson"))
    expected = fingerprints(lines)
    for number in numbers:
        lines.insert(data.draw(st.integers(0, len(lines))), unrelated(number))
    assert expected <= fingerprints(lines)


def other_key(line):
    return line["url"].replace("11111111-2222-4333-8444-555555555555", OTHER_KEY)


@settings(max_examples=30, deadline=None)
@given(st.from_regex(r"[a-z]{3,20}@example\.test", fullmatch=True))
def test_renamed_visitors_have_the_same_fingerprints(name):
    lines = [
        beacon(event("loud", number=0), track("Order Completed", {"bad name": 1}, number=1)),
        beacon(event(number=5, account_id=None, visitor_id="ada")),
    ]
    assert fingerprints(renamed(lines, "ada", name)) == fingerprints(lines)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Order Completed", "Signed Up", "A"]),
    st.sampled_from(["Order Completed", "Signed Up", "A"]),
    st.sampled_from(["bad name", "1st", "b-c"]),
    st.sampled_from(["bad name", "1st", "b-c"]),
)
def test_other_events_and_pointers_have_other_fingerprints(name, other_name, member, other_member):
    first = fingerprints([beacon(track(name, {member: 1}))])
    second = fingerprints([beacon(track(other_name, {other_member: 1}))])
    assert (first == second) == ((name, member) == (other_name, other_member))
