"""The rules about times know the unit of each time, and compare events with the time of their own request."""

import pytest

from tests.contracts.rules.session_builder import (
    TIME,
    beacon,
    broken_rules,
    event,
    findings,
    guides,
    identify,
    meta,
    script,
    server_track,
    track,
    webhook,
)  # fmt: skip

DAY = 24 * 60 * 60 * 1000
UNIT, AHEAD, LATE = {"time-unit"}, {"time-ahead"}, {"time-late"}


def at(time, **members):
    return event(browser_time=time, **members)


@pytest.mark.parametrize(
    "time", [TIME // 1000, 0, -5, 10**11 - 1, 10**14 + 1, TIME * 1000, TIME * 10**6, 1795376101.244, 1e15]
)
def test_time_in_another_unit_is_found_everywhere(time):
    assert broken_rules(beacon(at(time), ct=TIME)) == UNIT
    assert broken_rules(beacon(at(time), ct=TIME, post=True)) == UNIT
    assert broken_rules(beacon(at(time), ct=TIME, endpoint="guide.gif")) == UNIT
    assert broken_rules(beacon(at(time), ct=TIME, endpoint="agentic.gif")) == UNIT
    assert broken_rules(server_track(timestamp=time)) == UNIT


@pytest.mark.parametrize(("time", "shown"), [(10**320, "Infinity"), (-(10**400), "-Infinity"), (10**22, "1e+22")])
def test_time_of_any_size_is_found(time, shown):
    assert broken_rules(beacon(at(time), ct=TIME, post=True)) == UNIT
    (finding,) = findings(server_track(timestamp=time))
    assert f"timestamp is {shown}: " in finding.message


@pytest.mark.parametrize("time", [10**11, 10**14 - 1, TIME, float(TIME), TIME + 0.5])
def test_time_in_milliseconds_is_accepted(time):
    assert broken_rules(beacon(at(time), ct=int(time) + 1)) == set()
    assert broken_rules(server_track(timestamp=time)) <= LATE


@pytest.mark.parametrize("ct", [TIME // 1000, TIME * 1000, 5, 10**11 - 1, 10**14 + 1, "1795376101.244", "-5"])
def test_time_of_the_request_in_another_unit_is_found(ct):
    assert broken_rules(beacon(event(), ct=ct)) == UNIT
    assert broken_rules(guides() | {"url": guides()["url"].replace(str(TIME), str(ct))}) == UNIT


@pytest.mark.parametrize("ct", ["", "soon", "0x1", "1e5", "١٧٩", "1" * 300])
def test_time_of_the_request_that_is_no_number_is_left_to_the_schema(ct):
    assert broken_rules(beacon(event(), ct=ct)) == set()


@pytest.mark.parametrize("time", [None, "5", True, [5], {}])
def test_time_that_is_no_number_is_left_to_the_schema(time):
    assert broken_rules(beacon(at(time), ct=TIME)) == set()


def test_other_members_are_no_times():
    seconds = TIME // 1000
    assert broken_rules(beacon(meta({"created": seconds}), track(props={"timestamp": seconds}, number=1))) == set()
    assert broken_rules(webhook(timestamp=seconds), webhook(timestamp="1795376101", messageId="m-2")) == set()
    assert broken_rules(webhook(properties={"groupId": "acme", "browser_time": seconds})) == set()


MAKES = [
    at,
    lambda time: meta(browser_time=time),
    lambda time: identify("ada", browser_time=time),
    lambda time: track(browser_time=time),
]


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize(
    ("ahead", "found"), [(0, set()), (60_000, set()), (60_001, AHEAD), (30 * DAY, AHEAD), (-DAY, set())]
)
def test_event_more_than_a_minute_after_its_request_is_found(make, ahead, found):
    assert broken_rules(beacon(make(TIME + ahead), ct=TIME)) == found
    assert broken_rules(beacon(make(TIME + ahead), ct=TIME, post=True)) == found
    assert broken_rules(beacon(event("click", props={}), make(TIME + ahead) | {"sequence": 1}, ct=TIME)) == found


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize(
    ("late", "found"), [(7 * DAY, set()), (7 * DAY - 1, set()), (7 * DAY + 1, LATE), (400 * DAY, LATE)]
)
def test_event_more_than_a_week_before_its_request_is_found(make, late, found):
    assert broken_rules(beacon(make(TIME - late), ct=TIME)) == found
    assert broken_rules(beacon(make(TIME - late), ct=TIME, endpoint="guide.gif")) == found


def test_request_without_a_time_is_not_judged():
    assert broken_rules(beacon(at(TIME - 400 * DAY), ct=0)) == set()
    assert broken_rules(server_track(timestamp=TIME + 400 * DAY)) == set()
    assert broken_rules(script(), guides()) == set()


def test_time_in_another_unit_takes_no_part():
    assert broken_rules(beacon(at(TIME // 1000), ct=TIME)) == broken_rules(beacon(at(TIME), ct=TIME // 1000)) == UNIT


@pytest.mark.parametrize(
    ("timestamp", "found"),
    [
        ("2026-11-15T19:35:02.244Z", set()), ("2026-11-15T19:35:02.243Z", LATE),
        ("2026-11-15T21:35:02.244+02:00", set()),
        ("2026-11-15T21:35:02.243+02:00", LATE), ("2026-11-15T14:35:02.243-05:00", LATE),
        ("2026-11-15T19:35:02.243", LATE),
        ("2026-10-01", LATE), ("2030-01-01T00:00:00Z", set()), ("yesterday", set()), (None, set()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["track", "identify", "group"])
def test_webhook_call_is_compared_with_the_time_of_receipt(timestamp, found, kind):
    assert broken_rules(webhook(kind, timestamp=timestamp)) == found


@pytest.mark.parametrize("received_at", [0, 2000, 10**11 - 1, None, "soon"])
def test_time_since_the_start_of_a_capture_is_no_time_of_receipt(received_at):
    assert broken_rules(webhook(timestamp="2001-01-01T00:00:00Z", received_at=received_at)) == set()


def test_finding_names_the_event():
    (finding,) = findings(beacon(event(), at(TIME + 61_000, number=1), ct=TIME))
    assert (finding.index, finding.message) == (1, "the event happened 61 s after its request")


def test_call_of_a_server_is_late_by_the_time_of_its_receipt():
    assert broken_rules(server_track(timestamp=TIME - 6 * DAY)) == set()
    assert broken_rules(server_track(timestamp=TIME - 8 * DAY)) == LATE
    assert broken_rules(server_track(timestamp=TIME - 8 * DAY) | {"received_at": 0}) == set()
